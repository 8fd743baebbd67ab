// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import dev.rivulet.gateway.identity.Caller.Priority;

/**
 * One request that waits; equal to none but itself.
 *
 * @param <T> what is called when its wait is over
 */
final class Waiter<T> {

    private final T payload;
    private final String key;
    private final Priority priority;
    private final long tokens;
    private final long since;

    /** @param since when it came, in nanoseconds */
    Waiter(T payload, Entrant entrant, long since) {
        this.payload = payload;
        this.key = entrant.key();
        this.priority = entrant.priority();
        this.tokens = entrant.tokens();
        this.since = since;
    }

    T payload() {
        return payload;
    }

    String key() {
        return key;
    }

    Priority priority() {
        return priority;
    }

    long tokens() {
        return tokens;
    }

    long since() {
        return since;
    }
}
