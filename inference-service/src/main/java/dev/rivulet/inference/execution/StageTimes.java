// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import java.time.Duration;

/**
 * Where the time of one sequence went, on the loop's clock in nanoseconds; a moment that never came is 0.
 *
 * @param submitted when the loop got it
 * @param seated when it first got a slot
 * @param firstToken when its first token was picked
 * @param ended when it left
 */
public record StageTimes(long submitted, long seated, long firstToken, long ended) {

    /** Waiting for a slot. */
    public Duration queue() {
        return between(submitted, seated == 0 ? ended : seated);
    }

    /** From the slot to the first token. */
    public Duration prefill() {
        return seated == 0 ? Duration.ZERO : between(seated, firstToken == 0 ? ended : firstToken);
    }

    /** From the first token to the end. */
    public Duration decode() {
        return firstToken == 0 ? Duration.ZERO : between(firstToken, ended);
    }

    private static Duration between(long from, long to) {
        return Duration.ofNanos(Math.max(0, to - from));
    }
}
