// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.inference.scheduling.Signal.ReaderGone;
import dev.rivulet.inference.scheduling.Signal.Submitted;
import dev.rivulet.inference.scheduling.StepPlan.Chunk;
import dev.rivulet.inference.scheduling.StepPlan.Move;
import dev.rivulet.inference.scheduling.StepPlan.Reuse;
import dev.rivulet.inference.scheduling.StepPlan.Seating;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Prompts are written as a letter for each block of 16 tokens. */
class PrefixCacheTest {

    private BatchState state = BatchState.empty(limits(3, 3));
    private long now;
    private long ids;

    @Test
    void theNextTurnTakesOverTheSlotOfTheOneBefore() {
        complete(submit("abc"));
        assertThat(state.occupancy().cached()).isOne();
        SequenceId next = submit("abcde");
        StepPlan plan = plan();
        assertThat(plan.seatings()).containsExactly(new Seating(next, 0));
        assertThat(plan.reuses()).containsExactly(new Reuse(next, 0, 0, 0, 48));
        assertThat(plan.chunks()).containsExactly(new Chunk(next, 0, 48, 32));
        run(plan);
        assertThat(state.occupancy().cached()).isZero();
    }

    @Test
    void whatTheAnswerAddedIsPartOfThePrefix() {
        SequenceId first = submit("ab");
        StepPlan plan = plan();
        run(plan);
        for (int token = 1; token < 16; token++) {
            run(plan());
        }
        plan = plan();
        run(plan, new Progress(first, 48, 17, true, true, hashes("abX").subList(2, 3)));
        SequenceId next = submit("abXd");
        assertThat(plan().reuses()).containsExactly(new Reuse(next, 0, 0, 0, 48));
    }

    @Test
    void theSamePromptAgainComputesItsLastTokenAlone() {
        complete(submit("abc"));
        SequenceId again = submit("abc");
        StepPlan plan = plan();
        assertThat(plan.reuses()).containsExactly(new Reuse(again, 0, 0, 0, 47));
        assertThat(plan.chunks()).containsExactly(new Chunk(again, 0, 47, 1));
    }

    @Test
    void aCommonBeginningIsCopiedWhileThereIsRoomSoThatBothStay() {
        complete(submit("sysA"));
        SequenceId other = submit("sysB");
        StepPlan plan = plan();
        assertThat(plan.seatings()).containsExactly(new Seating(other, 1));
        assertThat(plan.reuses()).containsExactly(new Reuse(other, 0, 1, 0, 48));
        run(plan);
        assertThat(state.occupancy().cached()).isOne();
    }

    @Test
    void whoeverComesTogetherWithTheSameBeginningWaitsForItInsteadOfComputingIt() {
        SequenceId first = submit("sysA");
        SequenceId second = submit("sysB");
        StepPlan plan = plan();
        assertThat(plan.chunks()).extracting(Chunk::id).containsOnly(first);
        run(plan);
        plan = plan();
        assertThat(plan.reuses()).containsExactly(new Reuse(second, 0, 1, 0, 48));
        assertThat(plan.chunks()).containsExactly(new Chunk(second, 1, 48, 16));
    }

    @Test
    void theSlotUnusedForLongestGoesFirst() {
        complete(submit("a1"));
        complete(submit("b1"));
        complete(submit("c1"));
        complete(submit("a1x"));
        submit("zz");
        run(plan());
        SequenceId probe = submit("b1");
        assertThat(plan().reuses()).as("b1 was the oldest").isEmpty();
        state = state.signalled(List.of(new ReaderGone(probe)));
        SequenceId kept = submit("a1x");
        assertThat(plan().reuses()).extracting(Reuse::id).containsExactly(kept);
    }

    @Test
    void noMorePrefixesAreKeptThanTheLimit() {
        state = BatchState.empty(limits(3, 1));
        complete(submit("a"));
        complete(submit("b"));
        assertThat(state.occupancy().cached()).isOne();
        state = BatchState.empty(limits(3, 0));
        complete(submit("a"));
        assertThat(state.occupancy().cached()).isZero();
        submit("a");
        assertThat(plan().reuses()).isEmpty();
    }

    @Test
    void aPrefixMovesOutOfTheWayOfTheRows() {
        complete(submit("a"));
        SequenceId other = submit("bc");
        run(plan());
        StepPlan plan = plan();
        assertThat(plan.moves()).containsExactly(new Move(1, 32, 0, 16));
        assertThat(plan.rows()).containsExactly(other);
        run(plan);
        SequenceId again = submit("ad");
        assertThat(plan().reuses()).containsExactly(new Reuse(again, 1, 1, 0, 16));
    }

    @Test
    void whoLeavesEarlyLeavesWhatWasComputed() {
        SequenceId first = submit("abcdef");
        run(plan());
        state = state.signalled(List.of(new ReaderGone(first)));
        SequenceId next = submit("abcdef");
        assertThat(plan().reuses()).containsExactly(new Reuse(next, 0, 0, 0, 64));
    }

    @Test
    void whatFailedLeavesNothingBehindAndTheOthersGoOn() {
        SequenceId broken = submit("ab");
        run(plan());
        SequenceId whole = submit("cd");
        StepPlan plan = plan();
        state = state.apply(new StepOutcome(plan, List.of(), List.of(broken), 0, 0, ++now));
        assertThat(state.occupancy().cached()).isZero();
        submit("ab");
        plan = plan();
        assertThat(plan.reuses()).isEmpty();
        assertThat(plan.chunks()).extracting(Chunk::id).contains(whole);
    }

    @Test
    void afterAStepThatFailedNothingIsTrusted() {
        complete(submit("ab"));
        state = state.withoutSeated();
        submit("ab");
        assertThat(plan().reuses()).isEmpty();
    }

    private static SchedulingLimits limits(int slots, int cached) {
        Duration hour = Duration.ofHours(1);
        return new SchedulingLimits(slots, 8, 64, 64, 9, cached, hour, hour, hour, hour);
    }

    private SequenceId submit(String blocks) {
        SequenceId id = new SequenceId(++ids);
        Submitted submitted =
                new Submitted(id, 16 * blocks.length(), 100, Terms.STANDARD, new Prefix(hashes(blocks)), now);
        state = state.signalled(List.of(submitted));
        return id;
    }

    private static List<BlockHash> hashes(String blocks) {
        return IntStream.rangeClosed(1, blocks.length())
                .mapToObj(end -> new BlockHash(end, blocks.substring(0, end).hashCode()))
                .toList();
    }

    private StepPlan plan() {
        return Scheduler.plan(state, ++now);
    }

    /** Runs steps until the sequence has a token, which is its last. */
    private void complete(SequenceId id) {
        StepPlan plan = plan();
        while (plan.rows().isEmpty()) {
            run(plan);
            plan = plan();
        }
        SequenceState sequence = state.sequences().getLast();
        run(plan, new Progress(id, sequence.computed() + 1, sequence.generated() + 1, true, true, List.of()));
    }

    private void run(StepPlan plan) {
        List<Progress> progress = new ArrayList<>();
        for (SequenceState sequence : plan.arranged().sequences()) {
            int computed = sequence.computed() + (plan.rows().contains(sequence.id()) ? 1 : 0);
            for (Chunk chunk : plan.chunks()) {
                computed += chunk.id().equals(sequence.id()) ? chunk.tokens() : 0;
            }
            int generated = sequence.generated() + (computed == sequence.total() ? 1 : 0);
            progress.add(new Progress(sequence.id(), computed, generated, true, false, List.of()));
        }
        run(plan, progress.toArray(Progress[]::new));
    }

    private void run(StepPlan plan, Progress... progress) {
        state = state.apply(new StepOutcome(plan, List.of(progress), List.of(), 0, 0, ++now));
    }
}
