// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.registry.rollouts.Rollout.Outcome;
import dev.rivulet.registry.rollouts.RolloutEvent.Recorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RolloutTest {

    private static final List<Function<Decision, RolloutCommand>> COMMANDS = List.of(
            RolloutCommand.Prepare::new,
            RolloutCommand.FailToPrepare::new,
            RolloutCommand.Advance::new,
            RolloutCommand.Pause::new,
            RolloutCommand.Resume::new,
            RolloutCommand.HoldOver::new,
            RolloutCommand.Promote::new,
            RolloutCommand.RollBack::new,
            RolloutCommand.Abort::new);

    @ParameterizedTest(name = "{0} then {1}")
    @CsvSource(delimiter = '|', textBlock = """
            -                                | prepare       | canary 1
            -                                | failtoprepare | rolled_back 0
            -                                | advance       | refused
            -                                | promote       | refused
            -                                | holdover      | refused
            -                                | pause         | paused 0
            -                                | abort         | aborted 0
            pause                            | resume        | preparing 0
            pause                            | promote       | refused
            pause                            | prepare       | refused
            prepare                          | advance       | canary 10
            prepare advance                  | advance       | canary 50
            prepare advance advance          | advance       | holding 100
            prepare                          | pause         | paused 1
            prepare advance pause            | resume        | canary 10
            prepare advance pause            | pause         | fulfilled
            prepare advance pause            | advance       | refused
            prepare advance pause            | promote       | promoted 100
            prepare advance pause            | rollback      | rolled_back 0
            prepare                          | promote       | promoted 100
            prepare                          | holdover      | refused
            prepare                          | resume        | refused
            prepare                          | prepare       | refused
            prepare advance advance advance  | holdover      | promoted 100
            prepare advance advance advance  | advance       | refused
            prepare advance advance advance  | rollback      | rolled_back 0
            prepare advance advance advance pause | resume   | holding 100
            prepare promote                  | promote       | fulfilled
            prepare promote                  | abort         | refused
            prepare promote                  | rollback      | refused
            abort                            | abort         | fulfilled
            shadow prepare                   | advance       | canary 1
            shadow prepare                   | prepare       | refused
            shadow prepare                   | promote       | refused
            shadow prepare                   | holdover      | refused
            shadow prepare                   | rollback      | rolled_back 0
            shadow prepare                   | pause         | paused 0
            shadow prepare pause             | resume        | shadowing 0
            shadow prepare pause             | promote       | refused
            shadow prepare advance           | advance       | canary 10
            shadow                           | prepare       | shadowing 0
            abort                            | promote       | refused
            failtoprepare                    | rollback      | fulfilled
            """)
    void aCommandComesToWhatTheTableSays(String before, String command, String expected) {
        Rollout rollout = before.startsWith("shadow") ? Samples.startedWithShadow() : Samples.started();
        for (String each : before.replaceFirst("^(shadow|-) ?", "").split(" ")) {
            rollout = each.isEmpty() ? rollout : Samples.after(rollout, command(each));
        }
        assertThat(comesTo(rollout, command(command))).isEqualTo(expected);
    }

    private static String comesTo(Rollout rollout, RolloutCommand command) {
        return switch (rollout.decide(command)) {
            case Outcome.Refused _ -> "refused";
            case Outcome.Fulfilled _ -> "fulfilled";
            case Outcome.Accepted _ -> {
                Rollout after = Samples.after(rollout, command);
                yield after.state().wire() + " " + after.percent();
            }
        };
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whateverIsWantedTheEventsTellTheStateAndAnEndStaysAnEnd(long seed) {
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            Rollout rollout = Samples.started();
            List<Recorded> events = new ArrayList<>(List.of(Samples.start()));
            boolean ended = false;
            for (int step = 0; step < 30; step++) {
                var command = COMMANDS.get(random.nextInt(COMMANDS.size())).apply(Decision.of("seed", "run"));
                if (rollout.decide(command) instanceof Outcome.Accepted accepted) {
                    assertThat(ended).as("nothing happens after the end").isFalse();
                    Recorded next = Samples.recorded(rollout, accepted.event());
                    events.add(next);
                    rollout = rollout.after(next);
                    ended = !rollout.active();
                }
                assertThat(rollout.percent()).isBetween(0, 100);
            }
            assertThat(Rollout.of(null, events)).isEqualTo(rollout);
            int cut = 1 + random.nextInt(events.size());
            Rollout snapshot = Rollout.of(null, events.subList(0, cut));
            assertThat(Rollout.of(snapshot, events.subList(cut, events.size())))
                    .as("a snapshot and the events since")
                    .isEqualTo(rollout);
        }
    }

    @Test
    void aGapBetweenEventsIsNoticed() {
        Rollout rollout = Samples.started();
        Recorded later = new Recorded(rollout.id(), 3, Samples.AT, new RolloutEvent.Aborted(Decision.of("a", "b")));

        assertThatThrownBy(() -> rollout.after(later)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Rollout.of(null, List.of(later))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aPlanThatDoesNotEndAtAllOrDoesNotAscendIsRefused() {
        assertThatThrownBy(() -> Samples.plan(List.of(1, 50))).hasMessageContaining("last of steps");
        assertThatThrownBy(() -> Samples.plan(List.of(10, 10, 100))).hasMessageContaining("ascend");
        assertThatThrownBy(() -> Samples.plan(List.of(0, 100))).hasMessageContaining("ascend");
        assertThatThrownBy(() -> Samples.plan(List.of())).hasMessageContaining("steps");
    }

    private static RolloutCommand command(String name) {
        return COMMANDS.stream()
                .map(make -> make.apply(Decision.of("a person", "test")))
                .filter(command -> command.getClass().getSimpleName().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow();
    }
}
