// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.secureaggregation;

import static dev.rivulet.federation.secureaggregation.Party.at;
import static dev.rivulet.federation.secureaggregation.Party.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.secureaggregation.SecureSteps.Ended;
import dev.rivulet.federation.secureaggregation.Verdict.Again;
import dev.rivulet.federation.secureaggregation.Verdict.Fit;
import dev.rivulet.federation.secureaggregation.Verdict.Refused;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The time is told: no test waits. */
class SecureStepsTest {

    private static final List<Step> STEPS = List.of(Step.KEYS, Step.SHARES, Step.VECTOR, Step.UNMASK);

    private final Party party = new Party(10, 20);
    private final SecureSteps steps = party.steps();

    @Test
    void eachStepClosesAsSoonAsEverybodyHasSent() {
        for (Step step : STEPS) {
            assertThat(steps.step()).contains(step);
            party.send(step, numbers(1, 6));
            assertThat(steps.advance(at(1), Set.of())).isFalse();
            party.send(step, numbers(7, 10));
            assertThat(steps.advance(at(1), Set.of())).isTrue();
            party.tell(step, numbers(1, 10));
        }
        assertSum(10, 1, 10);
        assertThat(steps.took()).containsOnlyKeys(STEPS);
    }

    @ParameterizedTest
    @EnumSource(value = Step.class, names = "SURVIVORS", mode = EnumSource.Mode.EXCLUDE)
    void aStepGoesOnWithoutTheSilentWhenItsTimeIsOver(Step lost) {
        int left = 10;
        double now = 1;
        for (Step step : STEPS) {
            left = step == lost ? 7 : left;
            party.send(step, numbers(1, left));
            if (step == lost && step != Step.UNMASK) {
                double end = step == Step.KEYS ? 5 : now + 3;
                assertThat(steps.advance(at(end - 0.001), Set.of())).isFalse();
                now = end;
            }
            assertThat(steps.advance(at(now), Set.of())).as(step.wire()).isTrue();
            party.tell(step, numbers(1, left));
        }
        assertSum(lost == Step.UNMASK ? 10 : 7, 1, lost == Step.UNMASK ? 10 : 7);
    }

    @ParameterizedTest
    @EnumSource(value = Step.class, names = "SURVIVORS", mode = EnumSource.Mode.EXCLUDE)
    void withTooFewLeftItEndsAndSaysWhy(Step lost) {
        double now = 1;
        for (Step step : STEPS) {
            party.send(step, numbers(1, step == lost ? 6 : 10));
            boolean closed = steps.advance(at(now), Set.of());
            assertThat(closed).isEqualTo(step != lost);
            if (step == lost) {
                break;
            }
            party.tell(step, numbers(1, 10));
        }
        assertThat(steps.advance(at(lost == Step.KEYS ? 5 : 3), Set.of())).isFalse();
        assertThat(steps.advance(at(20), Set.of())).isTrue();

        assertThat(steps.ended())
                .get()
                .isInstanceOfSatisfying(
                        Ended.Failed.class,
                        failed -> assertThat(failed.reason()).contains("only 6 devices"));
        assertThat(steps.judge(10, lost, party.next(10))).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.code()).isEqualTo(RefusalCode.LATE);
            assertThat(refused.detail()).contains("only 6 devices");
        });
    }

    @Test
    void whoIsGoneIsNotWaitedFor() {
        party.send(Step.KEYS, numbers(1, 8));
        assertThat(steps.advance(at(1), Set.of(Party.name(9), Party.name(10), "a stranger")))
                .isTrue();
        party.tell(Step.KEYS, numbers(1, 8));
        party.send(Step.SHARES, numbers(1, 7));
        assertThat(steps.advance(at(1), Set.of(Party.name(9), Party.name(10), Party.name(8))))
                .isTrue();
        assertThat(steps.step()).contains(Step.VECTOR);
    }

    @Test
    void theFirstStepClosesAtTheGoal() {
        Party quick = new Party(8, 20);
        quick.send(Step.KEYS, numbers(3, 9));
        assertThat(quick.steps().advance(at(1), Set.of())).isFalse();
        quick.send(Step.KEYS, List.of(10));
        assertThat(quick.steps().advance(at(1), Set.of())).isTrue();
        assertThat(quick.steps().judge(1, Step.KEYS, quick.next(1)))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(RefusalCode.LATE));
    }

    @Test
    void withoutTheFewestOfASumTheFirstStepWaitsForTheDeadline() {
        party.send(Step.KEYS, numbers(1, 6));
        assertThat(steps.advance(at(19.9), Set.of())).isFalse();
        party.send(Step.KEYS, List.of(7));
        assertThat(steps.advance(at(19.9), Set.of())).isTrue();
        assertThat(steps.step()).contains(Step.SHARES);
    }

    @Test
    void aLostAnswerIsGivenAgainUntilTheNextStepHasClosed() {
        byte[] keys = party.next(1);
        party.send(Step.KEYS, numbers(1, 10));
        assertThat(steps.judge(1, Step.KEYS, keys)).isInstanceOf(Again.class);
        assertThat(steps.answer(1, Step.KEYS)).isEmpty();
        steps.advance(at(1), Set.of());
        assertThat(steps.judge(1, Step.KEYS, keys)).isInstanceOf(Again.class);
        assertThat(steps.judge(1, Step.KEYS, new byte[0])).isInstanceOf(Again.class);
        assertThat(steps.answer(1, Step.KEYS)).isPresent();
        party.tell(Step.KEYS, numbers(1, 10));
        party.send(Step.SHARES, numbers(1, 10));
        steps.advance(at(1), Set.of());
        assertThat(code(1, Step.KEYS, keys)).isEqualTo(RefusalCode.LATE);
    }

    @Test
    void whatDoesNotBelongChangesNothing() {
        byte[] keys = party.next(1);
        assertThat(code(1, Step.SHARES, keys)).isEqualTo(RefusalCode.OUT_OF_STEP);
        assertThat(code(2, Step.KEYS, keys)).isEqualTo(RefusalCode.FORGED);
        assertThat(code(1, Step.KEYS, new byte[0])).isEqualTo(RefusalCode.MALFORMED);
        assertThat(code(1, Step.KEYS, new byte[7000])).isEqualTo(RefusalCode.MALFORMED);
        byte[] ofAnotherRound = keys.clone();
        ofAnotherRound[4] ^= 1;
        assertThat(code(1, Step.KEYS, ofAnotherRound)).isEqualTo(RefusalCode.MALFORMED);
        party.send(Step.KEYS, numbers(1, 10));
        byte[] others = keys.clone();
        others[others.length - 1] ^= 1;
        assertThat(code(1, Step.KEYS, others)).isEqualTo(RefusalCode.DUPLICATE);
        steps.advance(at(1), Set.of());
        party.tell(Step.KEYS, numbers(1, 10));
        assertThat(code(1, Step.SURVIVORS, keys)).isEqualTo(RefusalCode.OUT_OF_STEP);

        byte[] fewShares = new byte[3 + 5 + 2 + 2];
        System.arraycopy(keys, 0, fewShares, 0, 10);
        fewShares[1] = 3;
        Fit fit = (Fit) steps.judge(1, Step.SHARES, fewShares);
        assertThat(steps.take(Step.SHARES, fit))
                .hasValueSatisfying(refused -> assertThat(refused.code()).isEqualTo(RefusalCode.MALFORMED));
        for (Step step : STEPS.subList(1, 4)) {
            party.send(step, numbers(1, 10));
            steps.advance(at(2), Set.of());
            party.tell(step, numbers(1, 10));
        }
        assertSum(10, 1, 10);
    }

    @Test
    void whoLeftOutAStepIsTooLateForTheNext() {
        party.send(Step.KEYS, numbers(1, 10));
        steps.advance(at(1), Set.of());
        party.tell(Step.KEYS, numbers(1, 10));
        party.send(Step.SHARES, numbers(1, 8));
        steps.advance(at(4), Set.of());
        assertThat(code(9, Step.VECTOR, new byte[10])).isEqualTo(RefusalCode.LATE);
    }

    @Test
    void nobodyIsAskedForWhatTakesMasksOffNoiseBeforeItIsPaid() {
        Party noised = Party.noised(20);
        SecureSteps own = noised.steps();
        for (Step step : List.of(Step.KEYS, Step.SHARES)) {
            noised.send(step, numbers(1, 10));
            own.advance(at(1), Set.of());
            noised.tell(step, numbers(1, 10));
        }
        noised.send(Step.VECTOR, numbers(1, 8));
        assertThat(own.owed()).isEmpty();
        assertThat(own.advance(at(4), Set.of())).isTrue();
        assertThat(own.owed()).hasValue(8);
        assertThat(own.advance(at(40), Set.of())).isFalse();
        assertThat(own.answer(1, Step.VECTOR)).isEmpty();
        assertThat(own.judge(1, Step.VECTOR, new byte[0])).isInstanceOf(Again.class);
        assertThat(((Refused) own.judge(1, Step.UNMASK, new byte[10])).code()).isEqualTo(RefusalCode.OUT_OF_STEP);

        own.pay(at(50));
        assertThat(own.owed()).isEmpty();
        noised.tell(Step.VECTOR, numbers(1, 8));
        noised.send(Step.UNMASK, numbers(1, 8));
        assertThat(own.advance(at(51), Set.of())).isTrue();
        assertThat(own.ended()).get().isInstanceOfSatisfying(Ended.Done.class, done -> {
            assertThat(done.devices()).isEqualTo(8);
            assertThat(done.values()).isEqualTo(noised.sum(numbers(1, 8)));
        });
    }

    private RefusalCode code(int device, Step step, byte[] body) {
        return ((Refused) steps.judge(device, step, body)).code();
    }

    private void assertSum(int devices, int from, int to) {
        assertThat(steps.ended()).get().isInstanceOfSatisfying(Ended.Done.class, done -> {
            assertThat(done.devices()).isEqualTo(devices);
            assertThat(done.values()).isEqualTo(party.sum(numbers(from, to)));
        });
    }
}
