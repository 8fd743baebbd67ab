// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.artifacts.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rollouts while the clock of the registry is set forward or back by an hour. */
class StepClockTest {

    private static final Decision WHY = Decision.of("a person", "test");

    private final MutableClock clock = new MutableClock();
    private final AtomicLong nanos = new AtomicLong(17);
    private final StepClock steps = new StepClock(clock, nanos::get);
    private final FakeObservations seen = new FakeObservations();
    private final Rollout preparing = Samples.started();
    private final Rollout canary = Samples.after(preparing, new RolloutCommand.Prepare(WHY));

    @ParameterizedTest(name = "{0} h")
    @ValueSource(longs = {1, -1})
    void aStepLastsAsLongAsItWouldWhateverTheClockDoes(long hours) {
        set(canary.changedAt());
        assertThat(next(canary)).isEmpty();

        passes(20);
        clock.advance(Duration.ofHours(hours));
        assertThat(next(canary)).isEmpty();
        passes(39);
        assertThat(next(canary)).isEmpty();
        passes(2);
        assertThat(next(canary)).containsInstanceOf(RolloutCommand.Advance.class);
    }

    @Test
    void anHourThatNeverWasIsNoReasonToGiveUpReplicasThatPrepareOrToPause() {
        seen.fleet = new Fleet(2, 1, List.of(), List.of());
        set(preparing.changedAt());
        assertThat(next(preparing)).isEmpty();
        clock.advance(Duration.ofHours(1));
        passes(590);
        assertThat(next(preparing)).isEmpty();
        passes(11);
        assertThat(next(preparing)).containsInstanceOf(RolloutCommand.FailToPrepare.class);

        seen.fleet = Fleet.NONE;
        set(canary.changedAt());
        assertThat(next(canary)).isEmpty();
        clock.advance(Duration.ofHours(1));
        passes(290);
        assertThat(next(canary)).isEmpty();
        passes(11);
        assertThat(next(canary)).containsInstanceOf(RolloutCommand.Pause.class);
    }

    @Test
    void aStateThatBeginsAfterTheClockWasSetBackBeginsAtItsFirstLook() {
        set(canary.changedAt().minus(Duration.ofHours(1)));

        assertThat(steps.now(canary)).isEqualTo(canary.changedAt());
        passes(61);
        assertThat(next(canary)).containsInstanceOf(RolloutCommand.Advance.class);
    }

    @Test
    void afterARestartTheWallClockSaysHowLongAStateHasLasted() {
        set(canary.changedAt().plusSeconds(61));

        assertThat(next(canary)).containsInstanceOf(RolloutCommand.Advance.class);
    }

    @Test
    void whatIsForgottenIsLookedAtAnew() {
        set(canary.changedAt());
        steps.now(canary);
        passes(10);
        clock.advance(Duration.ofHours(1));
        steps.keep(List.of());

        assertThat(steps.now(canary)).isEqualTo(clock.instant());
    }

    private void set(Instant wall) {
        clock.advance(Duration.between(clock.instant(), wall));
    }

    private void passes(long seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
        clock.advance(Duration.ofSeconds(seconds));
    }

    private Optional<RolloutCommand> next(Rollout rollout) {
        return Conductor.next(rollout, seen, steps.now(rollout));
    }
}
