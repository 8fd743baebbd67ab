// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import dev.rivulet.inference.scheduling.StepPlan.Chunk;
import dev.rivulet.inference.scheduling.StepPlan.Departure;
import dev.rivulet.inference.scheduling.StepPlan.Reason;
import dev.rivulet.inference.scheduling.StepPlan.Reuse;
import dev.rivulet.inference.scheduling.StepPlan.Verification;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The making of one plan; lives for one call. */
final class Planning {

    /** Positions that one plan copies between slots before it puts off the rest: some ten milliseconds. */
    private static final int MOST_COPIED = 8192;

    /** How often a sequence may lose its slot to more urgent ones: so often, and it is let finish. */
    private static final int MOST_PREEMPTIONS = 2;

    private final SchedulingLimits limits;
    private final long now;
    private final List<SequenceState> sequences;
    private final List<Departure> departures = new ArrayList<>();
    private final List<SequenceId> evictions = new ArrayList<>();
    private final List<SequenceId> preemptions = new ArrayList<>();
    private final Shares shares;
    private final Pace pace;
    private List<CachedPrefix> cached;

    Planning(BatchState state, long now) {
        this.limits = state.limits();
        this.now = now;
        this.sequences = new ArrayList<>(state.sequences());
        this.shares = state.shares();
        this.pace = state.pace();
        this.cached = state.cached();
    }

    StepPlan plan() {
        dismiss();
        List<SequenceState> newcomers = choose();
        Speculation speculation = Speculation.of(limits, sequences, pace.worth());
        SlotBoard board = new SlotBoard(limits, sequences, cached, now);
        int rows = board.contiguous(speculation.drafts().keySet());
        newcomers.forEach(board::seat);
        takeOver(board);
        List<Verification> verifications = verifications(speculation);
        List<Chunk> chunks = chunks(board, rows, speculation);
        return new StepPlan(
                departures,
                evictions,
                preemptions,
                board.moves(),
                board.seatings(),
                board.reuses(),
                ids(board, rows),
                verifications,
                speculation.speedup(),
                chunks,
                wakeAt(),
                new BatchState(limits, sequences, board.cached(), shares, pace));
    }

    private void dismiss() {
        for (int i = sequences.size() - 1; i >= 0; i--) {
            SequenceState sequence = sequences.get(i);
            Reason reason = departure(sequence);
            if (reason != null) {
                departures.add(new Departure(sequence.id(), reason));
                cached = BatchState.kept(limits, cached, sequence, now);
                sequences.remove(i);
            }
        }
    }

    private @Nullable Reason departure(SequenceState sequence) {
        long waited = now - sequence.since();
        if (sequence.cancelled()) {
            return Reason.READER_GONE;
        }
        if (sequence.request().terms().over(now)) {
            return Reason.DEADLINE;
        }
        if (!sequence.reading() && waited >= limits.stallTimeout().toNanos()) {
            return Reason.READER_STALLED;
        }
        if (sequence.neverSeated() && waited >= limits.queueTimeout().toNanos()) {
            return Reason.QUEUE_TIMEOUT;
        }
        return null;
    }

    /** The waiting sequences that get a slot now, taking slots from long-parked and less urgent ones where need be. */
    private List<SequenceState> choose() {
        WaitingLine line = new WaitingLine(limits, sequences, shares, now);
        List<SequenceState> chosen = new ArrayList<>();
        int free = limits.slots()
                - (int) sequences.stream().filter(SequenceState::seated).count();
        while (!line.isEmpty() && (free > 0 || evictLongestParked())) {
            free = Math.max(0, free - 1);
            chosen.add(line.next());
        }
        Optional<SequenceState> urgent = line.isEmpty() ? Optional.empty() : preempt(line);
        while (urgent.isPresent()) {
            chosen.add(urgent.get());
            line.take(urgent.get());
            urgent = preempt(line);
        }
        return chosen;
    }

    /** Takes a slot from a less urgent sequence, of the least urgent ones the youngest; who gets it, if anyone. */
    private Optional<SequenceState> preempt(WaitingLine line) {
        SequenceState victim = sequences.stream()
                .filter(SequenceState::seated)
                .filter(sequence -> sequence.preemptions() < MOST_PREEMPTIONS)
                .max(Comparator.comparing((SequenceState sequence) -> priority(sequence))
                        .thenComparing(sequence -> sequence.id().value()))
                .orElse(null);
        Optional<SequenceState> urgent = Optional.empty();
        for (Priority priority : Priority.values()) {
            if (victim != null && urgent.isEmpty() && priority.compareTo(priority(victim)) < 0) {
                urgent = line.first(priority);
            }
        }
        if (victim != null && urgent.isPresent()) {
            preemptions.add(victim.id());
            cached = BatchState.kept(limits, cached, victim, now);
            sequences.set(sequences.indexOf(victim), victim.preempted(now));
        }
        return urgent;
    }

    private static Priority priority(SequenceState sequence) {
        return sequence.request().terms().priority();
    }

    private boolean evictLongestParked() {
        int longest = -1;
        for (int i = 0; i < sequences.size(); i++) {
            SequenceState sequence = sequences.get(i);
            boolean evictable = sequence.parked()
                    && now - sequence.since() >= limits.parkedKeep().toNanos();
            if (evictable
                    && (longest < 0 || sequence.since() < sequences.get(longest).since())) {
                longest = i;
            }
        }
        if (longest < 0) {
            return false;
        }
        evictions.add(sequences.get(longest).id());
        cached = BatchState.kept(limits, cached, sequences.get(longest), now);
        sequences.set(longest, sequences.get(longest).evicted());
        return true;
    }

    /** Takes over who sits where now. */
    private void takeOver(SlotBoard board) {
        Map<SequenceId, SequenceState> seated = new HashMap<>();
        for (int slot = 0; slot < limits.slots(); slot++) {
            SequenceState sequence = board.inSlot(slot);
            if (sequence != null) {
                seated.put(sequence.id(), sequence);
            }
        }
        sequences.replaceAll(sequence -> seated.getOrDefault(sequence.id(), sequence));
    }

    private static List<SequenceId> ids(SlotBoard board, int rows) {
        List<SequenceId> ids = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            SequenceState sequence = board.inSlot(row);
            if (sequence != null) {
                ids.add(sequence.id());
            }
        }
        return ids;
    }

    /** Prefill of those that hold a slot behind the rows, the most urgent class first and in it in order of arrival. */
    private List<Chunk> chunks(SlotBoard board, int rows, Speculation speculation) {
        List<Chunk> chunks = new ArrayList<>();
        int[] due = IntStream.range(0, sequences.size())
                .filter(i -> sequences.get(i).slot() >= rows && sequences.get(i).reading())
                .filter(i -> !speculation.drafts().containsKey(sequences.get(i).id()))
                .boxed()
                .sorted(Comparator.comparingInt(i -> WaitingLine.rank(sequences.get(i), limits, now)))
                .mapToInt(Integer::intValue)
                .toArray();
        boolean alone = rows == 0 && speculation.drafts().isEmpty();
        int budget = alone
                ? limits.stepTokens()
                : Math.min(pace.tokensBesideDecode(limits), limits.stepTokens() - speculation.tokens());
        for (int place : due) {
            if (budget == 0 || copied(board) >= MOST_COPIED) {
                break;
            }
            SequenceState sequence = board.fill(sequences.get(place));
            sequences.set(place, sequence);
            int position = sequence.computed();
            while (budget > 0 && position < sequence.total()) {
                int tokens = Math.min(Math.min(budget, limits.prefillChunk()), sequence.total() - position);
                chunks.add(new Chunk(sequence.id(), sequence.slot(), position, tokens));
                position += tokens;
                budget -= tokens;
            }
        }
        return chunks;
    }

    /** In the order of the sequences. */
    private List<Verification> verifications(Speculation speculation) {
        List<Verification> verifications = new ArrayList<>();
        for (SequenceState sequence : sequences) {
            Integer drafted = speculation.drafts().get(sequence.id());
            if (drafted != null) {
                verifications.add(new Verification(sequence.id(), sequence.slot(), sequence.computed(), drafted));
            }
        }
        return verifications;
    }

    private static int copied(SlotBoard board) {
        int positions = 0;
        for (Reuse reuse : board.reuses()) {
            positions += reuse.from() == reuse.to() ? 0 : reuse.position() + reuse.tokens();
        }
        return positions;
    }

    private OptionalLong wakeAt() {
        boolean someoneWaits = sequences.stream().anyMatch(SequenceState::waiting);
        LongStream ends = sequences.stream()
                .filter(sequence -> !sequence.reading() || sequence.neverSeated())
                .mapToLong(sequence -> sequence.since() + patience(sequence, someoneWaits));
        LongStream deadlines =
                sequences.stream().flatMapToLong(sequence -> sequence.request().terms().deadline().stream());
        return LongStream.concat(ends, deadlines).min();
    }

    private long patience(SequenceState sequence, boolean someoneWaits) {
        if (sequence.reading()) {
            return limits.queueTimeout().toNanos();
        }
        return sequence.seated() && someoneWaits
                ? Math.min(limits.parkedKeep().toNanos(), limits.stallTimeout().toNanos())
                : limits.stallTimeout().toNanos();
    }
}
