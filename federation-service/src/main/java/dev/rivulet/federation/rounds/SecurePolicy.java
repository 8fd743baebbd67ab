// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.time.Duration;

/**
 * What a secure round keeps of the settings it began with.
 *
 * @param fewest devices of a sum at least
 * @param step how long each step after the first waits
 */
public record SecurePolicy(int fewest, Duration step) {

    /** Steps after the first: shares, vector, survivors, unmask. */
    private static final int STEPS = 4;

    public SecurePolicy {
        if (fewest < 2 || !step.isPositive()) {
            throw new IllegalArgumentException("a secure sum is of 2 devices or more, and its steps take time");
        }
    }

    /** After which a round whose keys came at its deadline must have its sum. */
    Duration deadline(RoundPolicy policy) {
        return policy.deadline().plus(step.multipliedBy(STEPS + 1));
    }
}
