// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.inference.scheduling.Signal.ReaderGone;
import dev.rivulet.inference.scheduling.Signal.ReaderResumed;
import dev.rivulet.inference.scheduling.Signal.Submitted;
import dev.rivulet.inference.scheduling.StepPlan.Chunk;
import dev.rivulet.inference.scheduling.StepPlan.Departure;
import dev.rivulet.inference.scheduling.StepPlan.Move;
import dev.rivulet.inference.scheduling.StepPlan.Reason;
import dev.rivulet.inference.scheduling.StepPlan.Seating;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchedulerTest {

    private static final long SECOND = 1_000_000_000L;
    private static final SchedulingLimits LIMITS = new SchedulingLimits(
            2,
            8,
            4,
            6,
            9,
            0,
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60));

    private BatchState state = BatchState.empty(LIMITS);
    private long now;
    private long decodeNanos;
    private long prefillNanos;

    @Test
    void aPromptIsPrefilledInChunksWithinTheBudgetOfAStep() {
        submit(1, 15);
        StepPlan first = plan();
        assertThat(first.seatings()).containsExactly(new Seating(id(1), 0));
        assertThat(first.chunks()).containsExactly(new Chunk(id(1), 0, 0, 4), new Chunk(id(1), 0, 4, 2));
        run(first);
        assertThat(plan().chunks()).containsExactly(new Chunk(id(1), 0, 6, 4), new Chunk(id(1), 0, 10, 2));
        run(plan());
        assertThat(plan().chunks()).containsExactly(new Chunk(id(1), 0, 12, 3));
        run(plan());
        assertThat(plan().chunks()).isEmpty();
        assertThat(plan().rows()).containsExactly(id(1));
    }

    @Test
    void decodingGoesOnBesideThePrefillOfAnother() {
        submit(1, 3);
        run(plan());
        submit(2, 20);
        StepPlan mixed = plan();
        assertThat(mixed.rows()).containsExactly(id(1));
        assertThat(mixed.chunks()).hasSize(2);
    }

    @Test
    void prefillBesideDecodingTakesNoLongerThanItsShareOfTheDecodeStep() {
        Duration hour = Duration.ofHours(1);
        state = BatchState.empty(new SchedulingLimits(2, 8, 64, 128, 0.5, 0, hour, hour, hour, hour));
        submit(1, 3);
        run(plan());
        submit(2, 2000);
        assertThat(prefilled(plan())).as("nothing is known yet").isEqualTo(32);
        for (int step = 0; step < 20; step++) {
            StepPlan plan = plan();
            timed(plan, 10_000_000, 100_000L * prefilled(plan));
        }
        assertThat(prefilled(plan())).as("half of 10 ms at 0.1 ms a token").isEqualTo(50);
        for (int step = 0; step < 40; step++) {
            StepPlan plan = plan();
            timed(plan, 100_000, 100_000L * prefilled(plan));
        }
        assertThat(prefilled(plan())).as("it never stands still").isEqualTo(4);
        state = state.signalled(List.of(new ReaderGone(id(1))));
        assertThat(prefilled(plan())).as("nobody decodes").isEqualTo(128);
    }

    private static int prefilled(StepPlan plan) {
        return plan.chunks().stream().mapToInt(Chunk::tokens).sum();
    }

    private void timed(StepPlan plan, long decode, long prefill) {
        decodeNanos = decode;
        prefillNanos = prefill;
        run(plan);
    }

    @Test
    void whoComesFirstGetsTheSlotAndTheOthersWait() {
        submit(1, 2);
        submit(2, 2);
        submit(3, 2);
        StepPlan plan = plan();
        assertThat(plan.seatings()).extracting(Seating::id).containsExactly(id(1), id(2));
        run(plan);
        assertThat(state.occupancy()).isEqualTo(new Occupancy(2, 2, 0, 1, 0, 2 + 99 + 99 + 1 + 1 + 100));
        finish(plan(), Set.of(id(1)));
        assertThat(plan().seatings()).extracting(Seating::id).containsExactly(id(3));
    }

    @Test
    void theLastRowFillsTheHoleThatAnotherLeft() {
        submit(1, 2);
        submit(2, 3);
        run(plan());
        finish(plan(), Set.of(id(1)));
        StepPlan plan = plan();
        assertThat(plan.moves()).containsExactly(new Move(1, 4, 0, 0));
        assertThat(plan.rows()).containsExactly(id(2));
    }

    @Test
    void aStalledReaderIsParkedOutsideTheRowsAndComesBack() {
        submit(1, 2);
        submit(2, 2);
        run(plan());
        stall(plan(), id(1));
        StepPlan plan = plan();
        assertThat(plan.rows()).containsExactly(id(2));
        assertThat(plan.moves()).containsExactly(new Move(1, 3, 0, 3));
        run(plan);
        assertThat(state.occupancy().parked()).isOne();
        state = state.signalled(List.of(new ReaderResumed(id(1), now)));
        assertThat(plan().rows()).containsExactlyInAnyOrder(id(1), id(2));
        assertThat(plan().chunks()).isEmpty();
    }

    @Test
    void aLongParkedSequenceLosesItsCacheToAWaitingOneAndIsComputedAgain() {
        submit(1, 2);
        submit(2, 2);
        run(plan());
        stall(plan(), id(1));
        submit(3, 2);
        assertThat(plan().evictions()).isEmpty();
        now += 2 * SECOND;
        StepPlan evicting = plan();
        assertThat(evicting.evictions()).containsExactly(id(1));
        assertThat(evicting.seatings()).extracting(Seating::id).containsExactly(id(3));
        run(evicting);
        state = state.signalled(List.of(new ReaderResumed(id(1), now)));
        assertThat(plan().seatings()).isEmpty();
        finish(plan(), Set.of(id(2)));
        StepPlan back = plan();
        assertThat(back.seatings()).extracting(Seating::id).containsExactly(id(1));
        assertThat(back.chunks())
                .containsExactly(new Chunk(id(1), back.seatings().getFirst().slot(), 0, 4));
    }

    @Test
    void nobodyIsEvictedWhileNobodyWaits() {
        submit(1, 2);
        run(plan());
        stall(plan(), id(1));
        now += 50 * SECOND;
        assertThat(plan().evictions()).isEmpty();
        assertThat(plan().idle()).isTrue();
        assertThat(plan().wakeAt()).hasValue(60 * SECOND);
    }

    @Test
    void aReaderThatIsGoneLeavesInTheNextPlanWhateverThePhase() {
        submit(1, 2);
        submit(2, 20);
        submit(3, 2);
        run(plan());
        state = state.signalled(List.of(new ReaderGone(id(1)), new ReaderGone(id(2)), new ReaderGone(id(3))));
        StepPlan plan = plan();
        assertThat(plan.departures())
                .extracting(Departure::reason)
                .containsOnly(Reason.READER_GONE)
                .hasSize(3);
        run(plan);
        assertThat(state.isEmpty()).isTrue();
    }

    @Test
    void waitingAndStallingEndAtTheirLimits() {
        submit(1, 2);
        submit(2, 2);
        submit(3, 2);
        run(plan());
        stall(plan(), id(1));
        now += 1;
        assertThat(plan().wakeAt()).hasValue(2 * SECOND);
        now = 30 * SECOND;
        submitAt(4, 29 * SECOND);
        state = state.signalled(List.of(new ReaderGone(id(2))));
        assertThat(plan().departures()).contains(new Departure(id(3), Reason.QUEUE_TIMEOUT));
        now = 60 * SECOND;
        assertThat(plan().departures()).contains(new Departure(id(1), Reason.READER_STALLED));
    }

    @Test
    void moreSequencesThanTheLimitAreAnError() {
        for (int i = 1; i <= 8; i++) {
            submit(i, 1);
        }
        assertThatThrownBy(() -> submit(9, 1)).isInstanceOf(IllegalStateException.class);
    }

    private static SequenceId id(long value) {
        return new SequenceId(value);
    }

    private void submit(long id, int prompt) {
        state = state.signalled(List.of(new Submitted(id(id), prompt, 100, Terms.STANDARD, Prefix.NONE, now)));
    }

    private void submitAt(long id, long at) {
        state = state.signalled(List.of(new Submitted(id(id), 2, 100, Terms.STANDARD, Prefix.NONE, at)));
    }

    private StepPlan plan() {
        return Scheduler.plan(state, now);
    }

    private void run(StepPlan plan) {
        outcome(plan, Set.of(), Set.of());
    }

    private void finish(StepPlan plan, Set<SequenceId> finished) {
        outcome(plan, finished, Set.of());
    }

    private void stall(StepPlan plan, SequenceId stalled) {
        outcome(plan, Set.of(), Set.of(stalled));
    }

    private void outcome(StepPlan plan, Set<SequenceId> finished, Set<SequenceId> stalled) {
        List<Progress> progress = new ArrayList<>();
        for (SequenceState sequence : plan.arranged().sequences()) {
            int computed = sequence.computed();
            for (Chunk chunk : plan.chunks()) {
                computed += chunk.id().equals(sequence.id()) ? chunk.tokens() : 0;
            }
            computed += plan.rows().contains(sequence.id()) ? 1 : 0;
            if (computed > sequence.computed()) {
                int generated = sequence.generated() + (computed == sequence.total() ? 1 : 0);
                progress.add(new Progress(
                        sequence.id(),
                        computed,
                        generated,
                        !stalled.contains(sequence.id()),
                        finished.contains(sequence.id()),
                        List.of()));
            }
        }
        state = state.apply(new StepOutcome(plan, progress, List.of(), decodeNanos, prefillNanos, now));
    }
}
