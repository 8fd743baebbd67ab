// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.time.Duration;

/**
 * How many devices a round asks, and how long it waits for them.
 *
 * @param goal updates that close a round at once
 * @param quorum fewest updates that make a model
 * @param overSelection devices that are asked for each update wanted, 1 to 10: some will not answer
 * @param gather how long a round that could begin with its quorum waits for more devices
 * @param cutOff with the quorum, a round waits for the slow no longer than this from its beginning
 * @param deadline without the quorum, a round fails so long after its beginning
 */
public record RoundPolicy(
        int goal, int quorum, double overSelection, Duration gather, Duration cutOff, Duration deadline) {

    /** Devices that one round may ask. */
    public static final int MOST_SELECTED = 10_000;

    public RoundPolicy {
        if (quorum < 1 || goal < quorum || !(overSelection >= 1 && overSelection <= 10)) {
            throw new IllegalArgumentException("quorum is 1 or more, goal not below it, over_selection 1 to 10");
        }
        if (Math.ceil(goal * overSelection) > MOST_SELECTED) {
            throw new IllegalArgumentException("a round selects at most " + MOST_SELECTED + " devices");
        }
        if (gather.isNegative() || !cutOff.isPositive() || deadline.compareTo(cutOff) < 0) {
            throw new IllegalArgumentException("gather is not below 0, cut_off above 0 and at most deadline");
        }
    }

    /** The same for a round that so many devices were drawn for, all of which may count. */
    RoundPolicy closedBy(int devices) {
        return new RoundPolicy(Math.max(quorum, devices), quorum, 1, gather, cutOff, deadline);
    }

    /** Devices that a round asks if there are so many. */
    public int selected() {
        return (int) Math.ceil(goal * overSelection);
    }
}
