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
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The making of one plan; lives for one call. */
final class Planning {

    /** Positions that one plan copies between slots before it puts off the rest: some ten milliseconds. */
    private static final int MOST_COPIED = 8192;

    private final SchedulingLimits limits;
    private final long now;
    private final List<SequenceState> sequences;
    private final List<Departure> departures = new ArrayList<>();
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
        Choosing choosing = new Choosing(limits, sequences, cached, shares, now);
        List<SequenceState> newcomers = choosing.newcomers();
        Turn turn = Turn.of(limits, sequences, newcomers, pace);
        Speculation speculation = turn.decodes() ? Speculation.of(limits, sequences, pace.worth()) : Speculation.NONE;
        SlotBoard board = new SlotBoard(limits, sequences, choosing.cached(), now);
        int rows = board.contiguous(turn.decodes() ? speculation.drafts().keySet() : decoding());
        newcomers.forEach(board::seat);
        takeOver(board);
        List<Verification> verifications = verifications(speculation);
        List<Chunk> chunks = turn.prompts() ? chunks(board, rows, speculation, turn) : List.of();
        return new StepPlan(
                departures,
                choosing.evictions(),
                choosing.preemptions(),
                choosing.yields(),
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

    private Set<SequenceId> decoding() {
        return sequences.stream()
                .filter(SequenceState::decodes)
                .map(SequenceState::id)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Takes over who sits where now. */
    private void takeOver(SlotBoard board) {
        Map<SequenceId, SequenceState> seated = new HashMap<>();
        for (int slot = 0; slot < limits.places(); slot++) {
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

    /** Prefill of those that hold a slot behind the rows: those that go out of turn if there are any, else all, in their order. */
    private List<Chunk> chunks(SlotBoard board, int rows, Speculation speculation, Turn turn) {
        List<Chunk> chunks = new ArrayList<>();
        int[] due = due(rows, speculation, turn);
        int budget = budget(rows, speculation, turn);
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

    /** Places of those whose prefill is due: the most urgent class first, in it tenants that are outnumbered, then in order of arrival. */
    private int[] due(int rows, Speculation speculation, Turn turn) {
        Holdings holdings = new Holdings(sequences, List.of());
        return IntStream.range(0, sequences.size())
                .filter(i -> isDue(sequences.get(i), rows, speculation, turn))
                .boxed()
                .sorted(Comparator.<Integer>comparingInt(i -> WaitingLine.rank(sequences.get(i), limits, now))
                        .thenComparingInt(i -> before(sequences.get(i), holdings) ? 0 : 1))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static boolean isDue(SequenceState sequence, int rows, Speculation speculation, Turn turn) {
        if (!sequence.running() || !sequence.reading()) {
            return false;
        }
        if (!turn.decodes()) {
            return !sequence.decoding()
                    && (turn.express().isEmpty() || turn.express().contains(sequence.id()));
        }
        return sequence.slot() >= rows && !speculation.drafts().containsKey(sequence.id());
    }

    /** Most prompt tokens of the step. */
    private int budget(int rows, Speculation speculation, Turn turn) {
        if (!turn.express().isEmpty()) {
            return limits.stepTokens() - pace.deferred();
        }
        boolean alone = turn.decodes() && rows == 0 && speculation.drafts().isEmpty();
        if (alone) {
            boolean crowded = new Holdings(sequences, List.of()).crowded(limits);
            return limits.aside() > 0 && crowded ? pace.tokensOfAStep(limits) : limits.stepTokens();
        }
        return Math.min(pace.tokensBesideDecode(limits), limits.stepTokens() - speculation.tokens());
    }

    private boolean before(SequenceState sequence, Holdings holdings) {
        return limits.aside() > 0 && holdings.outnumbered(sequence.tenant());
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
        boolean someoneWaits = sequences.stream().anyMatch(sequence -> sequence.waiting() || sequence.aside());
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
