package dev.rivulet.inference.execution;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.inference.scheduling.Progress;
import dev.rivulet.inference.scheduling.SequenceId;
import dev.rivulet.inference.scheduling.StepOutcome;
import dev.rivulet.inference.scheduling.StepPlan;
import dev.rivulet.inference.scheduling.StepPlan.Chunk;
import dev.rivulet.inference.scheduling.StepPlan.Move;
import dev.rivulet.inference.scheduling.StepPlan.Reuse;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Carries out step plans on a decoder. Owned by the loop thread. */
final class StepRunner {

    private final DecoderRunner decoder;
    private final Map<SequenceId, ActiveSequence> sequences;
    private final LongSupplier clock;
    private final int[] rowTokens;
    private final int[] rowPositions;

    StepRunner(DecoderRunner decoder, Map<SequenceId, ActiveSequence> sequences, LongSupplier clock) {
        this.decoder = decoder;
        this.sequences = sequences;
        this.clock = clock;
        this.rowTokens = new int[decoder.slots()];
        this.rowPositions = new int[decoder.slots()];
    }

    StepOutcome run(StepPlan plan) {
        plan.moves().forEach(this::move);
        plan.reuses().forEach(this::reuse);
        long start = clock.getAsLong();
        plan.seatings().forEach(seating -> sequence(seating.id()).seated(start));
        List<Progress> progress =
                new ArrayList<>(plan.rows().size() + plan.chunks().size());
        decode(plan.rows(), progress);
        prefill(plan.chunks(), progress);
        return new StepOutcome(plan, progress, clock.getAsLong());
    }

    private void move(Move move) {
        if (move.toLength() == 0) {
            decoder.copy(move.from(), move.to(), move.fromLength());
        } else {
            decoder.swap(move.from(), move.fromLength(), move.to(), move.toLength());
        }
    }

    private void reuse(Reuse reuse) {
        if (reuse.from() != reuse.to()) {
            decoder.copy(reuse.from(), reuse.to(), reuse.position() + reuse.tokens());
        }
        sequence(reuse.id()).reused(reuse.tokens());
    }

    private void decode(List<SequenceId> rows, List<Progress> progress) {
        if (rows.isEmpty()) {
            return;
        }
        for (int row = 0; row < rows.size(); row++) {
            ActiveSequence sequence = sequence(rows.get(row));
            rowTokens[row] = sequence.newest();
            rowPositions[row] = sequence.total() - 1;
        }
        FloatBuffer logits = decoder.decode(rows.size(), rowTokens, rowPositions);
        long at = clock.getAsLong();
        int size = decoder.vocabularySize();
        for (int row = 0; row < rows.size(); row++) {
            ActiveSequence sequence = sequence(rows.get(row));
            progress.add(sequence.pick(logits, row * size, size, sequence.total(), at));
        }
    }

    private void prefill(List<Chunk> chunks, List<Progress> progress) {
        Progress latest = null;
        for (Chunk chunk : chunks) {
            Progress made = prefill(chunk);
            if (latest != null && !latest.id().equals(made.id())) {
                progress.add(latest);
            }
            latest = made;
        }
        add(latest, progress);
    }

    private Progress prefill(Chunk chunk) {
        ActiveSequence sequence = sequence(chunk.id());
        FloatBuffer logits =
                decoder.prefill(chunk.slot(), chunk.position(), sequence.tokens(chunk.position(), chunk.tokens()));
        int computed = chunk.position() + chunk.tokens();
        return computed == sequence.total()
                ? sequence.pick(logits, 0, decoder.vocabularySize(), computed, clock.getAsLong())
                : new Progress(chunk.id(), computed, sequence.generated(), true, false, List.of());
    }

    private static void add(@Nullable Progress latest, List<Progress> progress) {
        if (latest != null) {
            progress.add(latest);
        }
    }

    private ActiveSequence sequence(SequenceId id) {
        ActiveSequence sequence = sequences.get(id);
        if (sequence == null) {
            throw new IllegalStateException("no sequence " + id);
        }
        return sequence;
    }
}
