// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call this service.
 *
 * @param token the token that services share, at least 16 characters of visible ASCII; empty means none, which is allowed
 *     on loopback only. Default: the environment variable {@code RIVULET_INTERNAL_TOKEN}
 * @param excludedPaths path patterns that the token does not guard, because something else does, such as {@code /v1/**} at
 *     the gateway
 * @param allowedHosts host names, without port, that this service answers to and whose pages may call it, in addition to
 *     loopback names. Default: the environment variable {@code RIVULET_ALLOWED_HOSTS}, separated by commas
 */
@ConfigurationProperties("rivulet.access")
public record AccessProperties(
        @Nullable String token,
        @DefaultValue List<String> excludedPaths,
        @DefaultValue List<String> allowedHosts) {

    private static final int SHORTEST_TOKEN = 16;

    public AccessProperties {
        token = token == null || token.isBlank() ? null : token.strip();
        if (token != null && token.length() < SHORTEST_TOKEN) {
            throw new IllegalArgumentException("rivulet.access.token (RIVULET_INTERNAL_TOKEN) has " + token.length()
                    + " characters and can be guessed: give at least " + SHORTEST_TOKEN
                    + ", for example the output of `openssl rand -hex 32`");
        }
        if (token != null && !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "rivulet.access.token (RIVULET_INTERNAL_TOKEN) holds a blank or a character "
                            + "outside visible ASCII, which no HTTP header can carry: make a new one, for example by "
                            + "`openssl rand -hex 32`");
        }
        excludedPaths = List.copyOf(excludedPaths);
        allowedHosts = allowedHosts.stream()
                .map(String::strip)
                .filter(host -> !host.isEmpty())
                .toList();
    }

    /** Says whether there is a token, never which. */
    @Override
    public String toString() {
        return "AccessProperties[token=" + (token == null ? "none" : "set") + ", excludedPaths=" + excludedPaths
                + ", allowedHosts=" + allowedHosts + "]";
    }
}
