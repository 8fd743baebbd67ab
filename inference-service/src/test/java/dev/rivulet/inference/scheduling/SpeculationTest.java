// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.inference.scheduling.Signal.Submitted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A plain step of up to two rows takes 10, one of more 20; the verification of 4 drafted tokens takes 15. */
class SpeculationTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final SchedulingLimits LIMITS =
            new SchedulingLimits(8, 8, 64, 64, 1, 0, HOUR, HOUR, HOUR, HOUR).drafting(4);
    private static final Worth KNOWN = new Worth(costs(10, 10, 20, 20), costs(0, 0, 0, 15), -1, false);

    @Test
    void aDraftThatPromisesMoreTokensPerTimeIsVerified() {
        Speculation chosen = Speculation.of(LIMITS, List.of(sequence(1, 4, 2)), KNOWN);
        assertThat(chosen.drafts()).containsOnlyKeys(new SequenceId(1)).containsValue(4);
        assertThat(chosen.speedup()).isEqualTo(3 * 10 / 15.0, within(1e-9));
    }

    @Test
    void oneThatKeepsTooFewIsNot() {
        assertThat(Speculation.of(LIMITS, List.of(sequence(1, 4, 0.4)), KNOWN).drafts())
                .isEmpty();
    }

    @Test
    void speculationThatRunsGoesOnWhileItLosesNothingAndBeginsOnlyWithAGain() {
        List<SequenceState> even = List.of(sequence(1, 4, 0.53));
        Worth running = new Worth(KNOWN.rows(), KNOWN.verifications(), -1, true);
        assertThat(Speculation.of(LIMITS, even, KNOWN).drafts()).isEmpty();
        assertThat(Speculation.of(LIMITS, even, running).drafts()).hasSize(1);
    }

    @Test
    void inABatchOnlyThoseWhoGainAreTakenOutOfIt() {
        List<SequenceState> batch =
                List.of(sequence(1, 4, 4), sequence(2, 4, 0.1), sequence(3, 4, 0.2), sequence(4, 0, -1));
        Worth slow = new Worth(costs(20, 20, 20, 20), costs(0, 0, 0, 30), -1, false);
        assertThat(Speculation.of(LIMITS, batch, slow).drafts()).isEmpty();
        Worth quick = new Worth(slow.rows(), costs(0, 0, 0, 8), -1, false);
        assertThat(Speculation.of(LIMITS, batch, quick).drafts()).containsOnlyKeys(new SequenceId(1));
    }

    @Test
    void withoutTheCostOfAPlainStepOneIsRunFirstAndWithoutThatOfAVerificationOneIsTried() {
        List<SequenceState> two = List.of(sequence(1, 4, -1), sequence(2, 4, -1));
        assertThat(Speculation.of(LIMITS, two, Worth.UNKNOWN).drafts()).isEmpty();
        Worth plainOnly = new Worth(costs(10, 10, 20, 20), costs(), -1, false);
        assertThat(Speculation.of(LIMITS, two, plainOnly).drafts()).hasSize(1);
    }

    @Test
    void whatWasPassedOverForLongIsTriedAgain() {
        SequenceState loser = sequence(1, 4, 0);
        for (int i = 0; i < Speculation.RETRY; i++) {
            assertThat(Speculation.of(LIMITS, List.of(loser), KNOWN).drafts()).isEmpty();
            loser = loser.advanced(new Progress(loser.id(), 5, 2, true, false, List.of(), 4), 0, 0);
            loser = loser.holding(loser.total() - 1);
        }
        assertThat(Speculation.of(LIMITS, List.of(loser), KNOWN).drafts()).hasSize(1);
        SequenceState won = loser.advanced(new Progress(loser.id(), 10, 7, true, false, List.of(), 4), 4, 0);
        assertThat(won.guess().kept()).isEqualTo(1, within(1e-9));
        assertThat(won.guess().passedOver()).isZero();
    }

    @Test
    void halfOfAStepIsLeftToPrompts() {
        List<SequenceState> many = new ArrayList<>();
        for (int id = 1; id <= 8; id++) {
            many.add(sequence(id, 4, 4));
        }
        Worth free = new Worth(costs(100, 100, 100, 100), costs(0, 0, 0, 1), 4, true);
        assertThat(Speculation.of(LIMITS, many, free).tokens()).isEqualTo(30);
    }

    @Test
    void theCostsAreThoseOfTheStepsThatRan() {
        StepPlan plan = Scheduler.plan(
                new BatchState(LIMITS, List.of(sequence(1, 4, 2)), List.of(), Shares.NONE, new Pace(10, 0, KNOWN, 0)),
                0);
        assertThat(plan.rows()).isEmpty();
        assertThat(plan.verifications()).containsExactly(new StepPlan.Verification(new SequenceId(1), 0, 4, 4));
        Progress three = new Progress(new SequenceId(1), 8, 5, true, false, List.of(), 0);
        Worth after = KNOWN.after(new StepOutcome(plan, List.of(three), List.of(), 0, 25, 0, 1));
        assertThat(after.verification(5)).isEqualTo(17, within(1e-9));
        assertThat(after.kept()).isEqualTo(3);
        assertThat(after.speculating()).isTrue();
    }

    private static List<Double> costs(double... known) {
        List<Double> costs = new ArrayList<>(Collections.nCopies(12, 0.0));
        for (int i = 0; i < known.length; i++) {
            costs.set(i, known[i]);
        }
        return costs;
    }

    /** Four tokens of a prompt, one generated; {@code kept} is negative while unknown. */
    private static SequenceState sequence(int id, int drafted, double kept) {
        Submitted submitted = new Submitted(new SequenceId(id), 4, 100, Terms.STANDARD, Prefix.NONE, 0);
        return new SequenceState(
                submitted, 1, 4, id - 1, true, false, 0, 0, Prefix.NONE, new Guess(drafted, kept, 0), Yield.NEVER);
    }
}
