// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.util.Optional;

/**
 * When a federation has learnt enough.
 *
 * @param mostRounds that make a version
 * @param patience measured versions without a gain after which it stops; 0 for never
 * @param leastGain in loss that is a gain
 * @param mostFailures rounds in a row without a version
 */
public record Stopping(int mostRounds, int patience, double leastGain, int mostFailures) {

    /** Why no further round begins. */
    public enum Stop {
        /** As many versions as were wanted. */
        ROUNDS_DONE,
        /** The loss no longer falls. */
        NO_GAIN,
        /** One round after another failed. */
        FAILING,
        /** One more round would cost more privacy than the federation may spend. */
        BUDGET_SPENT
    }

    public Stopping {
        if (mostRounds < 1 || mostRounds > 1_000_000 || patience < 0 || !(leastGain >= 0) || mostFailures < 1) {
            throw new IllegalArgumentException(
                    "most_rounds is 1 to 1000000, patience and least_gain 0 or more, most_failures 1 or more");
        }
    }

    /** Why no further round begins; empty if one may. */
    public Optional<Stop> reached(Progress progress) {
        if (progress.rounds() >= mostRounds) {
            return Optional.of(Stop.ROUNDS_DONE);
        }
        if (patience > 0 && progress.withoutGain() >= patience) {
            return Optional.of(Stop.NO_GAIN);
        }
        return progress.failedInARow() >= mostFailures ? Optional.of(Stop.FAILING) : Optional.empty();
    }
}
