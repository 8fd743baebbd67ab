// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers that broke, to be gone on with by the key that asked. In memory, bounded; safe for use by many threads. */
final class Partials {

    private record Partial(String caller, String route, String text) {}

    private final Cache<String, Partial> kept;
    private final Supplier<String> tokens;

    /** @param tokens texts that nobody can guess */
    Partials(int most, Duration keep, Supplier<String> tokens) {
        this.tokens = tokens;
        this.kept = Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterWrite(keep)
                .executor(Runnable::run)
                .build();
    }

    /** Keeps the text of an answer; gives the token to go on with. */
    String keep(String caller, String route, String text) {
        String token = tokens.get();
        kept.put(token, new Partial(caller, route, text));
        return token;
    }

    /** The text of an answer, for the key and the route that it was made for. */
    Optional<String> find(String token, String caller, String route) {
        return Optional.ofNullable(kept.getIfPresent(token))
                .filter(partial ->
                        partial.caller().equals(caller) && partial.route().equals(route))
                .map(Partial::text);
    }
}
