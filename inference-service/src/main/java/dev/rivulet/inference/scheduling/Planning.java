package dev.rivulet.inference.scheduling;

import dev.rivulet.inference.scheduling.StepPlan.Chunk;
import dev.rivulet.inference.scheduling.StepPlan.Departure;
import dev.rivulet.inference.scheduling.StepPlan.Reason;
import dev.rivulet.inference.scheduling.StepPlan.Reuse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The making of one plan; lives for one call. */
final class Planning {

    /** Positions that one plan copies between slots before it puts off the rest: some ten milliseconds. */
    private static final int MOST_COPIED = 8192;

    private final SchedulingLimits limits;
    private final long now;
    private final List<SequenceState> sequences;
    private final List<Departure> departures = new ArrayList<>();
    private final List<SequenceId> evictions = new ArrayList<>();
    private List<CachedPrefix> cached;

    Planning(BatchState state, long now) {
        this.limits = state.limits();
        this.now = now;
        this.sequences = new ArrayList<>(state.sequences());
        this.cached = state.cached();
    }

    StepPlan plan() {
        dismiss();
        List<SequenceState> newcomers = choose();
        SlotBoard board = new SlotBoard(limits, sequences, cached, now);
        int rows = board.contiguous();
        newcomers.forEach(board::seat);
        takeOver(board);
        List<Chunk> chunks = chunks(board, rows);
        return new StepPlan(
                departures,
                evictions,
                board.moves(),
                board.seatings(),
                board.reuses(),
                ids(board, rows),
                chunks,
                wakeAt(),
                new BatchState(limits, sequences, board.cached()));
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
        if (!sequence.reading() && waited >= limits.stallTimeout().toNanos()) {
            return Reason.READER_STALLED;
        }
        if (sequence.neverSeated() && waited >= limits.queueTimeout().toNanos()) {
            return Reason.QUEUE_TIMEOUT;
        }
        return null;
    }

    /** The waiting sequences that get a slot now, longest wait first, evicting long-parked ones where need be. */
    private List<SequenceState> choose() {
        List<SequenceState> waiting = sequences.stream()
                .filter(SequenceState::waiting)
                .sorted(Comparator.comparingLong(SequenceState::since).thenComparing(s -> s.id().value()))
                .toList();
        if (waiting.isEmpty()) {
            return List.of();
        }
        int free = limits.slots()
                - (int) sequences.stream().filter(SequenceState::seated).count();
        while (free < waiting.size() && evictLongestParked()) {
            free++;
        }
        return waiting.subList(0, Math.min(free, waiting.size()));
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

    /** Prefill of those that hold a slot behind the rows, in order of arrival. */
    private List<Chunk> chunks(SlotBoard board, int rows) {
        List<Chunk> chunks = new ArrayList<>();
        int budget = limits.stepTokens();
        for (int i = 0; i < sequences.size() && budget > 0 && copied(board) < MOST_COPIED; i++) {
            SequenceState sequence = sequences.get(i);
            if (sequence.slot() < rows || !sequence.reading()) {
                continue;
            }
            sequence = board.fill(sequence);
            sequences.set(i, sequence);
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

    private static int copied(SlotBoard board) {
        int positions = 0;
        for (Reuse reuse : board.reuses()) {
            positions += reuse.from() == reuse.to() ? 0 : reuse.position() + reuse.tokens();
        }
        return positions;
    }

    private OptionalLong wakeAt() {
        boolean someoneWaits = sequences.stream().anyMatch(SequenceState::waiting);
        return sequences.stream()
                .filter(sequence -> !sequence.reading() || sequence.neverSeated())
                .mapToLong(sequence -> sequence.since() + patience(sequence, someoneWaits))
                .min();
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
