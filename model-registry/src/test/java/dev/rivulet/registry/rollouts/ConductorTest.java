// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.registry.rollouts.analysis.Window;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConductorTest {

    private static final Decision WHY = Decision.of("a person", "test");

    private final FakeObservations seen = new FakeObservations();
    private final Rollout preparing = Samples.started();
    private final Rollout canary = Samples.after(preparing, new RolloutCommand.Prepare(WHY));
    private final Rollout shadowing = Samples.after(Samples.startedWithShadow(), new RolloutCommand.Prepare(WHY));
    private final Rollout holding = Samples.after(
            Samples.after(Samples.after(canary, new RolloutCommand.Advance(WHY)), new RolloutCommand.Advance(WHY)),
            new RolloutCommand.Advance(WHY));
    private final Rollout paused = Samples.after(canary, new RolloutCommand.Pause(WHY));

    @Test
    void itBeginsWhenEveryReplicaHasTheCandidateReady() {
        seen.fleet = new Fleet(3, 2, List.of(), List.of());
        assertThat(next(preparing, 100)).isEmpty();

        seen.fleet = new Fleet(3, 3, List.of(), List.of());
        assertThat(next(preparing, 1)).as("replicas have not heard yet").isEmpty();
        assertThat(next(preparing, 100)).containsInstanceOf(RolloutCommand.Prepare.class);
        assertThat(reason(next(preparing, 100))).contains("3 of 3");
    }

    @Test
    void aReplicaOnWhichTheCandidateFailsEndsItWithItsProblem() {
        seen.fleet = new Fleet(3, 2, List.of("replica-2: weights do not match"), List.of());

        assertThat(next(preparing, 100)).containsInstanceOf(RolloutCommand.FailToPrepare.class);
        assertThat(reason(next(preparing, 100))).contains("replica-2", "weights do not match");
        assertThat(next(canary, 10)).containsInstanceOf(RolloutCommand.RollBack.class);
        assertThat(next(holding, 10)).containsInstanceOf(RolloutCommand.RollBack.class);
        assertThat(next(paused, 10)).containsInstanceOf(RolloutCommand.RollBack.class);
    }

    @Test
    void aReplicaThatCrashesEndsIt() {
        seen.fleet = new Fleet(2, 2, List.of(), List.of("replica-1"));

        assertThat(next(canary, 10)).containsInstanceOf(RolloutCommand.RollBack.class);
        assertThat(reason(next(canary, 10))).contains("replica-1");
    }

    @Test
    void replicasThatNeverGetReadyEndItButNotWhileNobodyLooked() {
        seen.fleet = new Fleet(2, 1, List.of(), List.of());
        assertThat(next(preparing, 599)).isEmpty();
        assertThat(next(preparing, 601)).containsInstanceOf(RolloutCommand.FailToPrepare.class);

        seen.since = Samples.AT.plusSeconds(500);
        assertThat(next(preparing, 601)).as("the registry was away").isEmpty();
        assertThat(next(preparing, 1101)).containsInstanceOf(RolloutCommand.FailToPrepare.class);
    }

    @Test
    void aCandidateThatIsNoWorseTakesTheStepWhenItsTimeIsOver() {
        assertThat(next(canary, 59)).isEmpty();
        assertThat(next(canary, 61)).containsInstanceOf(RolloutCommand.Advance.class);
        assertThat(next(holding, 61)).isEmpty();
        assertThat(next(holding, 130)).containsInstanceOf(RolloutCommand.HoldOver.class);
        assertThat(next(canary, 61).orElseThrow().decision().evidence()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.5, 3})
    void aSlowerCandidateIsRolledBackAtOnceInEveryState(double slower) {
        seen.candidate = FakeObservations.requests(slower, 0);

        assertThat(next(canary, 5)).containsInstanceOf(RolloutCommand.RollBack.class);
        assertThat(next(holding, 10)).containsInstanceOf(RolloutCommand.RollBack.class);
        assertThat(next(paused, 5)).containsInstanceOf(RolloutCommand.RollBack.class);
    }

    @Test
    void aCandidateOfWhichCallersThinkWorseIsRolledBackAtOnceInEveryState() {
        seen.baseline = FakeObservations.judged(5);
        seen.candidate = FakeObservations.judged(40);

        assertThat(next(canary, 5)).containsInstanceOf(RolloutCommand.RollBack.class);
        assertThat(reason(next(canary, 5))).startsWith("feedback_score");
        assertThat(next(holding, 10)).containsInstanceOf(RolloutCommand.RollBack.class);
        assertThat(next(paused, 5)).containsInstanceOf(RolloutCommand.RollBack.class);
    }

    @Test
    void aShadowedCandidateThatAnswersAlikeBeginsToServeWhenItsTimeIsOver() {
        seen.candidate = FakeObservations.mirrored(1, 5, 0);

        assertThat(next(shadowing, 30)).isEmpty();
        assertThat(next(shadowing, 62)).containsInstanceOf(RolloutCommand.Advance.class);
        assertThat(reason(next(shadowing, 62))).contains("mirrored requests");
    }

    @ParameterizedTest(name = "{0} times slower, {1} of a hundred different, {2} failed: {3}")
    @CsvSource({"1, 60, 0, answer_agreement", "1, 0, 60, error_rate", "3, 0, 0, itl_p99"})
    void aShadowedCandidateThatIsWorseIsRolledBackBeforeItServesAnybody(
            double slower, int different, int failed, String metric) {
        seen.candidate = FakeObservations.mirrored(slower, different, failed);

        assertThat(next(shadowing, 5)).containsInstanceOf(RolloutCommand.RollBack.class);
        assertThat(reason(next(shadowing, 5))).startsWith(metric);
        assertThat(next(Samples.after(shadowing, new RolloutCommand.Pause(WHY)), 5))
                .containsInstanceOf(RolloutCommand.RollBack.class);
    }

    @Test
    void aShadowedCandidateWithoutMirroredRequestsIsPausedAndNeverPasses() {
        assertThat(next(shadowing, 62)).isEmpty();
        assertThat(next(shadowing, 303)).containsInstanceOf(RolloutCommand.Pause.class);

        seen.candidate = FakeObservations.mirrored(1, 24, 0);
        assertThat(next(shadowing, 62))
                .as("less than must, which may be chance")
                .isEmpty();
        assertThat(next(shadowing, 303)).containsInstanceOf(RolloutCommand.Pause.class);

        seen.candidate = FakeObservations.mirrored(1, 0, 0);
        seen.caughtUp = false;
        assertThat(next(shadowing, 303)).containsInstanceOf(RolloutCommand.Pause.class);
    }

    @Test
    void aReplicaOnWhichAShadowedCandidateCrashesEndsIt() {
        seen.candidate = FakeObservations.mirrored(1, 0, 0);
        seen.fleet = new Fleet(2, 2, List.of(), List.of("replica-1"));

        assertThat(next(shadowing, 5)).containsInstanceOf(RolloutCommand.RollBack.class);
    }

    @Test
    void withoutTrafficItIsPausedAfterItsPatienceAndNeverPasses() {
        seen.candidate = new Window();
        for (int second = 2; second < 300; second++) {
            assertThat(next(canary, second)).isEmpty();
        }
        assertThat(next(canary, 302)).containsInstanceOf(RolloutCommand.Pause.class);
        assertThat(next(holding, 306)).containsInstanceOf(RolloutCommand.Pause.class);
        assertThat(next(paused, 100_000)).isEmpty();
    }

    @Test
    void withoutKafkaOrReplicasWhatWasSeenBeforeDoesNotPass() {
        seen.fleet = Fleet.NONE;
        assertThat(next(canary, 61)).isEmpty();
        assertThat(next(canary, 302)).containsInstanceOf(RolloutCommand.Pause.class);

        seen.fleet = new Fleet(2, 2, List.of(), List.of());
        seen.caughtUp = false;
        assertThat(next(canary, 61)).isEmpty();
        assertThat(next(canary, 302)).containsInstanceOf(RolloutCommand.Pause.class);
    }

    @Test
    void whatHasEndedIsLeftAlone() {
        seen.candidate = FakeObservations.requests(3, 1);
        assertThat(next(Samples.after(canary, new RolloutCommand.Abort(WHY)), 100_000))
                .isEmpty();
    }

    private Optional<RolloutCommand> next(Rollout rollout, long second) {
        Instant now = Samples.AT.plusSeconds(second);
        return Conductor.next(rollout, seen, now);
    }

    private static String reason(Optional<RolloutCommand> command) {
        return command.orElseThrow().decision().reason();
    }
}
