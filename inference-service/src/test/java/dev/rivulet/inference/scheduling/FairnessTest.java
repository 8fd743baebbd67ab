// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.inference.scheduling.Signal.ReaderGone;
import dev.rivulet.inference.scheduling.Signal.Submitted;
import dev.rivulet.inference.scheduling.StepPlan.Chunk;
import dev.rivulet.inference.scheduling.StepPlan.Departure;
import dev.rivulet.inference.scheduling.StepPlan.Reason;
import dev.rivulet.inference.scheduling.StepPlan.Seating;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Classes, tenants and deadlines. Every sequence generates 4 tokens unless it is told otherwise. */
class FairnessTest {

    private static final long SECOND = 1_000_000_000L;

    private BatchState state = BatchState.empty(limits(2));
    private final Map<Long, Integer> answers = new HashMap<>();
    private final List<Long> finished = new ArrayList<>();
    private long now;
    private long ids;

    @Test
    void whoComesWithOneRequestDoesNotWaitForTheHundredOfAnother() {
        for (int i = 0; i < 100; i++) {
            submit("many", Priority.NORMAL, 8, 4);
        }
        run(plan());
        long one = submit("one", Priority.NORMAL, 8, 4);
        runUntilFinished(one);
        assertThat(finished).hasSizeLessThan(6);
    }

    @Test
    void tenantsGetTheSameNumberOfTokensHoweverLongTheirPromptsAre() {
        state = BatchState.empty(limits(4));
        for (int i = 0; i < 60; i++) {
            submit("long", Priority.NORMAL, 60, 4);
        }
        for (int i = 0; i < 400; i++) {
            submit("short", Priority.NORMAL, 6, 4);
        }
        for (int step = 0; step < 200; step++) {
            run(plan());
        }
        double ratio = (double) state.shares().of("long") / state.shares().of("short");
        assertThat(ratio).isBetween(0.8, 1.25);
    }

    @Test
    void anAbsenceIsNoCredit() {
        runUntilFinished(submit("a", Priority.NORMAL, 8, 4));
        for (int i = 0; i < 20; i++) {
            submit("b", Priority.NORMAL, 40, 4);
        }
        for (int step = 0; step < 30; step++) {
            run(plan());
        }
        submit("a", Priority.NORMAL, 8, 4);
        assertThat(state.shares().of("a")).isEqualTo(state.shares().of("b"));
    }

    @Test
    void theUrgentComeFirstAndTakeASlotFromTheLeastUrgentAndYoungest() {
        long low = submit("a", Priority.LOW, 8, 50);
        long younger = submit("a", Priority.LOW, 8, 50);
        run(plan());
        submit("a", Priority.NORMAL, 8, 50);
        long high = submit("a", Priority.HIGH, 8, 50);
        StepPlan plan = plan();
        assertThat(plan.preemptions()).containsExactly(new SequenceId(younger), new SequenceId(low));
        assertThat(plan.seatings()).extracting(Seating::id).first().isEqualTo(new SequenceId(high));
        assertThat(plan.chunks()).extracting(Chunk::id).first().isEqualTo(new SequenceId(high));
    }

    @Test
    void equalsTakeNothingFromEachOther() {
        submit("a", Priority.NORMAL, 8, 50);
        submit("a", Priority.NORMAL, 8, 50);
        run(plan());
        submit("b", Priority.NORMAL, 8, 50);
        assertThat(plan().preemptions()).isEmpty();
        assertThat(plan().seatings()).isEmpty();
    }

    @Test
    void whoHasNoSlotTakesThatOfTheYoungestOfWhoHasSeveralWhichGoesOnAsSoonAsOneIsFree() {
        state = BatchState.empty(limits(2).settingAside(1, Duration.ZERO));
        long older = submit("a", Priority.NORMAL, 8, 50);
        long younger = submit("a", Priority.NORMAL, 8, 50);
        long next = submit("a", Priority.NORMAL, 8, 50);
        run(plan());
        run(plan());
        long other = submit("b", Priority.NORMAL, 8, 4);
        StepPlan plan = plan();
        assertThat(plan.yields()).containsExactly(new SequenceId(younger));
        assertThat(plan.preemptions()).isEmpty();
        assertThat(plan.seatings()).extracting(Seating::id).containsExactly(new SequenceId(other));
        int computed = computed(younger);
        assertThat(computed).isPositive();
        run(plan);
        assertThat(plan().rows()).contains(new SequenceId(older)).doesNotContain(new SequenceId(younger));
        runUntilFinished(other);
        StepPlan resumed = plan();
        assertThat(resumed.rows()).contains(new SequenceId(younger));
        assertThat(computed(younger)).as("nothing is computed again").isEqualTo(computed);
        assertThat(resumed.seatings()).extracting(Seating::id).doesNotContain(new SequenceId(next));
    }

    @Test
    void nobodyYieldsToOneOfItsOwnTenantOrALessUrgentOneOrBeforeTheGraceIsOver() {
        state = BatchState.empty(limits(2).settingAside(1, Duration.ofSeconds(1)));
        submit("a", Priority.NORMAL, 8, 50);
        submit("a", Priority.NORMAL, 8, 50);
        run(plan());
        submit("a", Priority.NORMAL, 8, 50);
        submit("c", Priority.LOW, 8, 50);
        now += 2 * SECOND;
        assertThat(plan().yields()).isEmpty();
        submit("b", Priority.NORMAL, 8, 50);
        assertThat(plan().yields()).isEmpty();
        now += SECOND;
        assertThat(plan().yields()).hasSize(1);
    }

    @Test
    void whoWasSetAsideGoesOnWhenAStalledReaderHasHadItsTime() {
        Duration hour = Duration.ofHours(1);
        Duration keep = Duration.ofSeconds(2);
        state = BatchState.empty(new SchedulingLimits(2, 8, 32, 32, 9, 0, hour, keep, Duration.ofSeconds(10), hour)
                .settingAside(1, Duration.ZERO));
        submit("a", Priority.NORMAL, 8, 50);
        long younger = submit("a", Priority.NORMAL, 8, 50);
        run(plan());
        submit("b", Priority.NORMAL, 8, 50);
        run(plan());
        now += SECOND;
        StepPlan all = plan();
        state = state.apply(new StepOutcome(all, stalled(all), List.of(), 0, 0, now));
        assertThat(plan().idle()).isTrue();
        assertThat(plan().wakeAt()).hasValue(now + keep.toNanos());
        now += keep.toNanos();
        assertThat(plan().evictions()).hasSize(1);
        assertThat(plan().rows()).containsExactly(new SequenceId(younger));
    }

    private static List<Progress> stalled(StepPlan plan) {
        return plan.arranged().sequences().stream()
                .filter(SequenceState::running)
                .map(sequence -> new Progress(
                        sequence.id(), sequence.computed() + 1, sequence.generated() + 1, false, false, List.of()))
                .toList();
    }

    @Test
    void tenantsWithOneSlotEachYieldNothing() {
        state = BatchState.empty(limits(2).settingAside(2, Duration.ZERO));
        submit("a", Priority.NORMAL, 8, 50);
        submit("b", Priority.NORMAL, 8, 50);
        run(plan());
        submit("c", Priority.NORMAL, 8, 50);
        assertThat(plan().yields()).isEmpty();
    }

    @Test
    void aShortPromptOfWhoIsOutnumberedGoesBeforeADecodeStepButNotTwiceInARow() {
        state = BatchState.empty(limits(3).settingAside(2, Duration.ZERO));
        submit("a", Priority.NORMAL, 8, 50);
        submit("a", Priority.NORMAL, 8, 50);
        submit("a", Priority.NORMAL, 8, 50);
        run(plan());
        long other = submit("b", Priority.NORMAL, 8, 50);
        StepPlan express = plan();
        assertThat(express.rows()).isEmpty();
        assertThat(express.chunks()).extracting(Chunk::id).containsExactly(new SequenceId(other));
        run(express);
        StepPlan after = plan();
        assertThat(after.rows()).hasSize(3).contains(new SequenceId(other));
        run(after);
    }

    @Test
    void whoWasInterruptedIsComputedAgainAndIsLetFinishInTheEnd() {
        state = BatchState.empty(limits(1));
        long low = submit("a", Priority.LOW, 8, 30);
        run(plan());
        run(plan());
        int interruptions = 0;
        for (int step = 0; step < 400 && !finished.contains(low); step++) {
            if (step % 10 == 0 && state.size() < 8) {
                submit("b", Priority.HIGH, 8, 4);
            }
            StepPlan plan = plan();
            interruptions += plan.preemptions().size();
            now += SECOND;
            run(plan);
        }
        assertThat(finished).contains(low);
        assertThat(interruptions).isEqualTo(2);
    }

    @Test
    void theLowClassIsServedWhileTheHighOneNeverEnds() {
        long low = submit("a", Priority.LOW, 8, 4);
        for (int step = 0; step < 200 && !finished.contains(low); step++) {
            while (state.size() < 8) {
                submit("b", Priority.HIGH, 8, 4);
            }
            run(plan());
            now += SECOND;
        }
        assertThat(finished).contains(low);
    }

    @Test
    void aDeadlineEndsASequenceInEveryPhase() {
        long decoding = submitUntil(10 * SECOND, 8);
        run(plan());
        long prefilling = submitUntil(10 * SECOND, 400);
        run(plan());
        long waiting = submitUntil(10 * SECOND, 8);
        assertThat(plan().departures()).isEmpty();
        assertThat(plan().wakeAt()).hasValue(10 * SECOND);
        now = 10 * SECOND;
        StepPlan plan = plan();
        assertThat(plan.departures())
                .containsExactlyInAnyOrder(
                        new Departure(new SequenceId(decoding), Reason.DEADLINE),
                        new Departure(new SequenceId(prefilling), Reason.DEADLINE),
                        new Departure(new SequenceId(waiting), Reason.DEADLINE));
        assertThat(plan.arranged().isEmpty()).isTrue();
    }

    @Test
    void tenantsThatAreGoneAreNotRememberedForEver() {
        for (int i = 0; i < 5000; i++) {
            long id = submit("tenant-" + i, Priority.NORMAL, 8, 4);
            run(plan());
            state = state.signalled(List.of(new ReaderGone(new SequenceId(id))));
            run(plan());
        }
        assertThat(state.shares().counters()).hasSizeLessThan(1100);
    }

    private static SchedulingLimits limits(int slots) {
        Duration hour = Duration.ofHours(1);
        return new SchedulingLimits(slots, 1000, 32, 32, 9, 0, hour, hour, Duration.ofSeconds(10), hour);
    }

    private long submit(String tenant, Priority priority, int prompt, int answer) {
        return submit(new Terms(tenant, priority, OptionalLong.empty()), prompt, answer);
    }

    private long submitUntil(long deadline, int prompt) {
        return submit(new Terms("a", Priority.NORMAL, OptionalLong.of(deadline)), prompt, 50);
    }

    private long submit(Terms terms, int prompt, int answer) {
        long id = ++ids;
        answers.put(id, answer);
        state = state.signalled(List.of(new Submitted(new SequenceId(id), prompt, answer, terms, Prefix.NONE, now)));
        return id;
    }

    private StepPlan plan() {
        return Scheduler.plan(state, now);
    }

    private int computed(long id) {
        return state.sequences().stream()
                .filter(sequence -> sequence.id().value() == id)
                .mapToInt(SequenceState::computed)
                .sum();
    }

    private void runUntilFinished(long id) {
        for (int step = 0; step < 1000 && !finished.contains(id); step++) {
            run(plan());
        }
        assertThat(finished).contains(id);
    }

    private void run(StepPlan plan) {
        List<Progress> progress = new ArrayList<>();
        for (SequenceState sequence : plan.arranged().sequences()) {
            int computed = sequence.computed() + (plan.rows().contains(sequence.id()) ? 1 : 0);
            for (Chunk chunk : plan.chunks()) {
                computed += chunk.id().equals(sequence.id()) ? chunk.tokens() : 0;
            }
            int generated = sequence.generated() + (computed == sequence.total() ? 1 : 0);
            long id = sequence.id().value();
            boolean end = generated >= answers.getOrDefault(id, 4);
            if (end) {
                finished.add(id);
            }
            progress.add(new Progress(sequence.id(), computed, generated, true, end, List.of()));
        }
        state = state.apply(new StepOutcome(plan, progress, List.of(), 0, 0, now));
    }
}
