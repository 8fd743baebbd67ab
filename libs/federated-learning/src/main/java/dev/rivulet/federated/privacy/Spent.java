// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

/**
 * A mechanism and how often it was used.
 *
 * @param steps at least 1
 */
public record Spent(Mechanism mechanism, long steps) {

    /** Uses that one entry may have. */
    public static final long MOST_STEPS = 1_000_000_000L;

    public Spent {
        if (steps < 1 || steps > MOST_STEPS) {
            throw new IllegalArgumentException("a mechanism is used 1 to " + MOST_STEPS + " times, not " + steps);
        }
    }
}
