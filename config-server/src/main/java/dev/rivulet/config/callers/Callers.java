// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.callers;

import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.rivulet.access.KnownTokens;
import dev.rivulet.access.TokenDigests;
import dev.rivulet.config.callers.CallerSettings.Principal;
import java.util.Map;
import java.util.Optional;

/** Knows principals by their tokens. */
final class Callers implements KnownTokens {

    private final Map<String, Principal> principals;
    private final TokenDigests tokens;

    Callers(CallerSettings settings) {
        this.principals = settings.principals();
        this.tokens = new TokenDigests(principals.entrySet().stream()
                .collect(toUnmodifiableMap(
                        Map.Entry::getKey,
                        each -> String.valueOf(each.getValue().tokenSha256()))));
    }

    @Override
    public boolean knows(String token) {
        return tokens.holder(token).isPresent();
    }

    /** Whose token it is. Takes the same time wherever the first difference is. */
    Optional<Caller> find(String token) {
        return tokens.holder(token)
                .flatMap(name -> Optional.ofNullable(principals.get(name))
                        .map(principal -> new Caller(name, principal.role(), false)));
    }
}
