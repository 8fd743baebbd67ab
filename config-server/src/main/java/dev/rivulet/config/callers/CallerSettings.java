// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.callers;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call with a token of his own.
 *
 * @param principals by name; the name is what the history says
 */
@ConfigurationProperties("rivulet.callers")
public record CallerSettings(@DefaultValue Map<String, Principal> principals) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    /**
     * A person or a program.
     *
     * @param tokenSha256 the SHA-256 of its token in hexadecimal; the token itself is nowhere here
     * @param role what it may do
     */
    public record Principal(
            @Nullable String tokenSha256,
            @DefaultValue("reader") Role role) {

        @Override
        public String toString() {
            return role.toString();
        }
    }

    public CallerSettings {
        principals = Map.copyOf(principals);
        principals.forEach(CallerSettings::check);
        if (principals.values().stream().map(Principal::tokenSha256).distinct().count() < principals.size()) {
            throw new IllegalArgumentException(
                    "Two names of rivulet.callers.principals have one token: give each its own");
        }
    }

    private static void check(String name, Principal principal) {
        String setting = "rivulet.callers.principals." + name;
        if (!NAME.matcher(name).matches() || name.equals(Caller.SERVICE.name())) {
            throw new IllegalArgumentException(setting + ": a name has 1 to 64 letters, digits and . _ @ -, and '"
                    + Caller.SERVICE.name() + "' is taken");
        }
        if (principal.tokenSha256() == null
                || !DIGEST.matcher(principal.tokenSha256()).matches()) {
            throw new IllegalArgumentException(
                    setting + ".token-sha256 must be the SHA-256 of the token in 64 hexadecimal digits, small letters");
        }
    }
}
