// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundState.Ended;
import org.jspecify.annotations.Nullable;

/**
 * How far a federation has come: a fold of its rounds. A version is measured on the held-out set when it is made, or, where there is
 * none, by the devices of the next round before they train.
 *
 * @param lastRound 0 before the first
 * @param version that the next round begins from
 * @param rounds that made a version
 * @param best version with the lowest loss that was measured; -1 before the first measure
 * @param bestLoss its loss; infinite before the first measure
 * @param withoutGain measured versions since the best one
 * @param failedInARow rounds without a version since the last that made one
 */
public record Progress(
        long lastRound, long version, int rounds, long best, double bestLoss, int withoutGain, int failedInARow) {

    /** Before the first round. */
    public static final Progress NONE = new Progress(0, 0, 0, -1, Double.POSITIVE_INFINITY, 0, 0);

    /** After one more round. */
    public Progress after(long round, Ended ended, double leastGain) {
        Aggregated made = ended.aggregated();
        if (made == null) {
            return new Progress(round, version, rounds, best, bestLoss, withoutGain, failedInARow + 1);
        }
        Progress next = new Progress(round, made.version(), rounds + 1, best, bestLoss, withoutGain, 0);
        return made.measured() == null
                ? next.measured(ended.collected().opened().base(), made.lossBefore(), leastGain)
                : next.measured(made.version(), made.measured().loss(), leastGain);
    }

    private Progress measured(long base, @Nullable Double loss, double leastGain) {
        if (loss == null) {
            return this;
        }
        boolean gained = loss < bestLoss - (best < 0 ? 0 : leastGain);
        return gained
                ? new Progress(lastRound, version, rounds, base, loss, 0, failedInARow)
                : new Progress(lastRound, version, rounds, best, bestLoss, withoutGain + 1, failedInARow);
    }
}
