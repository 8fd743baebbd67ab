// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import dev.rivulet.gateway.identity.Caller.Priority;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for a place.
 *
 * @param model the model that is asked for; each has a queue of its own
 * @param key the name of the caller's key; keys share a queue fairly
 * @param priority how urgent the request is
 * @param tokens a rough count of the tokens of prompt and answer, at least 1: what it weighs among others
 * @param timeLeft how long the request may take from now on; null if any time will do
 */
public record Entrant(
        String model,
        String key,
        Priority priority,
        long tokens,
        @Nullable Duration timeLeft) {

    public Entrant {
        tokens = Math.max(1, tokens);
    }
}
