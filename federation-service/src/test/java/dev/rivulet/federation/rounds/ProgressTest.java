// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import static dev.rivulet.federation.rounds.Samples.CONTRIBUTION;
import static dev.rivulet.federation.rounds.Samples.POLICY;
import static dev.rivulet.federation.rounds.Samples.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Failure;
import dev.rivulet.federation.rounds.RoundEvent.Measured;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.RoundState.Ended;
import dev.rivulet.federation.rounds.Stopping.Stop;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void theBestVersionIsTheOneWithTheLowestLossThatTheNextRoundMeasured() {
        Progress progress = Progress.NONE;
        double[] losses = {1.0, 0.6, 0.7, 0.59};
        for (int round = 1; round <= losses.length; round++) {
            progress = progress.after(round, made(round - 1, losses[round - 1]), 0.05);
        }

        assertThat(progress.version()).isEqualTo(4);
        assertThat(progress.best()).isEqualTo(1);
        assertThat(progress.bestLoss()).isEqualTo(0.6);
        assertThat(progress.withoutGain()).isEqualTo(2);
    }

    @Test
    void aVersionThatTheServiceMeasuredIsTheBestAtOnce() {
        Aggregated measured = new Aggregated(START, 1, "ff", 9.0, new Measured(10, 0.4, 0.9));
        Progress progress = Progress.NONE.after(1, new Ended(collected(0), measured, null), 0);
        assertThat(progress.best()).isEqualTo(1);
        assertThat(progress.bestLoss()).isEqualTo(0.4);
    }

    @Test
    void aFederationStopsWhenItGainsNothingOrFailsOrIsDone() {
        Progress failing = Progress.NONE.after(1, failed(), 0).after(2, failed(), 0);
        Progress flat = Progress.NONE.after(1, made(0, 1.0), 0).after(2, made(1, 1.0), 0);

        assertThat(new Stopping(10, 0, 0, 2).reached(failing)).contains(Stop.FAILING);
        assertThat(new Stopping(10, 0, 0, 3).reached(failing)).isEmpty();
        assertThat(new Stopping(10, 1, 0, 2).reached(flat)).contains(Stop.NO_GAIN);
        assertThat(new Stopping(2, 0, 0, 2).reached(flat)).contains(Stop.ROUNDS_DONE);
        assertThat(failing.after(3, made(0, null), 0).failedInARow()).isZero();
    }

    private static Ended made(long base, @Nullable Double loss) {
        return new Ended(collected(base), new Aggregated(START, base + 1, "ff", loss), null);
    }

    private static Ended failed() {
        return new Ended(collected(0), null, Failure.QUORUM_MISSED);
    }

    private static Collecting collected(long base) {
        return new Collecting(new Opened(START, base, Set.of("a", "b"), POLICY), Map.of("a", CONTRIBUTION), Map.of());
    }
}
