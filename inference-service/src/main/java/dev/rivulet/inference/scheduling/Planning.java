package dev.rivulet.inference.scheduling;

import dev.rivulet.inference.scheduling.StepPlan.Chunk;
import dev.rivulet.inference.scheduling.StepPlan.Departure;
import dev.rivulet.inference.scheduling.StepPlan.Move;
import dev.rivulet.inference.scheduling.StepPlan.Reason;
import dev.rivulet.inference.scheduling.StepPlan.Seating;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The making of one plan; lives for one call. */
final class Planning {

    private final SchedulingLimits limits;
    private final long now;
    private final List<SequenceState> sequences;
    private final @Nullable SequenceState[] slots;
    private final List<Departure> departures = new ArrayList<>();
    private final List<SequenceId> evictions = new ArrayList<>();
    private final List<Move> moves = new ArrayList<>();
    private final List<Seating> seatings = new ArrayList<>();

    Planning(BatchState state, long now) {
        this.limits = state.limits();
        this.now = now;
        this.sequences = new ArrayList<>(state.sequences());
        this.slots = new SequenceState[limits.slots()];
    }

    StepPlan plan() {
        dismiss();
        List<SequenceState> newcomers = choose();
        for (SequenceState sequence : sequences) {
            if (sequence.seated()) {
                slots[sequence.slot()] = sequence;
            }
        }
        int rows = contiguous();
        newcomers.forEach(this::seat);
        return new StepPlan(
                departures,
                evictions,
                moves,
                seatings,
                ids(rows),
                chunks(),
                wakeAt(),
                new BatchState(limits, sequences));
    }

    private void dismiss() {
        for (int i = sequences.size() - 1; i >= 0; i--) {
            SequenceState sequence = sequences.get(i);
            Reason reason = departure(sequence);
            if (reason != null) {
                departures.add(new Departure(sequence.id(), reason));
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
        sequences.set(longest, sequences.get(longest).evicted());
        return true;
    }

    /** Brings the decoding sequences to the lowest slots with one exchange for each hole; returns how many there are. */
    private int contiguous() {
        int rows = 0;
        for (SequenceState sequence : slots) {
            rows += decodes(sequence) ? 1 : 0;
        }
        int from = slots.length - 1;
        for (int to = 0; to < rows; to++) {
            if (!decodes(slots[to])) {
                while (!decodes(slots[from])) {
                    from--;
                }
                exchange(from, to);
            }
        }
        return rows;
    }

    private static boolean decodes(@Nullable SequenceState sequence) {
        return sequence != null && sequence.reading() && sequence.decoding();
    }

    private void exchange(int from, int to) {
        SequenceState rising = slots[from];
        SequenceState falling = slots[to];
        if (rising == null) {
            throw new IllegalStateException("slot " + from + " is empty");
        }
        moves.add(new Move(from, rising.computed(), to, falling == null ? 0 : falling.computed()));
        slots[to] = replace(rising.inSlot(to));
        slots[from] = falling == null ? null : replace(falling.inSlot(from));
    }

    private void seat(SequenceState newcomer) {
        int slot = 0;
        while (slots[slot] != null) {
            slot++;
        }
        slots[slot] = replace(newcomer.inSlot(slot));
        seatings.add(new Seating(newcomer.id(), slot));
    }

    private SequenceState replace(SequenceState sequence) {
        for (int i = 0; i < sequences.size(); i++) {
            if (sequences.get(i).id().equals(sequence.id())) {
                sequences.set(i, sequence);
                return sequence;
            }
        }
        throw new IllegalStateException("no sequence " + sequence.id());
    }

    private List<SequenceId> ids(int rows) {
        List<SequenceId> ids = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            SequenceState sequence = slots[row];
            if (sequence != null) {
                ids.add(sequence.id());
            }
        }
        return ids;
    }

    private List<Chunk> chunks() {
        List<Chunk> chunks = new ArrayList<>();
        int budget = limits.stepTokens();
        for (SequenceState sequence : sequences) {
            if (!sequence.seated() || !sequence.reading() || sequence.decoding()) {
                continue;
            }
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
