// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.inference.scheduling.Progress;
import dev.rivulet.inference.scheduling.SequenceId;
import dev.rivulet.inference.scheduling.StepOutcome;
import dev.rivulet.inference.scheduling.StepPlan;
import dev.rivulet.inference.scheduling.StepPlan.Chunk;
import dev.rivulet.inference.scheduling.StepPlan.Move;
import dev.rivulet.inference.scheduling.StepPlan.Reuse;
import dev.rivulet.inference.scheduling.StepPlan.Verification;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out step plans on a decoder. Owned by the loop thread. */
final class StepRunner {

    private static final Logger LOG = LoggerFactory.getLogger(StepRunner.class);

    private final DecoderRunner decoder;
    private final Drafter drafter;
    private final Map<SequenceId, ActiveSequence> sequences;
    private final LongSupplier clock;
    private final int[] rowTokens;
    private final int[] rowPositions;

    StepRunner(DecoderRunner decoder, Drafter drafter, Map<SequenceId, ActiveSequence> sequences, LongSupplier clock) {
        this.decoder = decoder;
        this.drafter = drafter;
        this.sequences = sequences;
        this.clock = clock;
        this.rowTokens = new int[decoder.slots()];
        this.rowPositions = new int[decoder.slots()];
    }

    StepOutcome run(StepPlan plan) {
        plan.moves().forEach(this::move);
        long seated = clock.getAsLong();
        plan.seatings().forEach(seating -> {
            sequence(seating.id()).seated(seated);
            drafter.seated(seating.id(), seating.slot());
        });
        plan.reuses().forEach(this::reuse);
        long start = clock.getAsLong();
        List<Progress> progress =
                new ArrayList<>(plan.rows().size() + plan.chunks().size());
        List<SequenceId> failed = new ArrayList<>();
        decode(plan.rows(), progress, failed);
        long decoded = clock.getAsLong();
        plan.verifications().forEach(one -> add(attempt(one.id(), failed, () -> verify(one)), progress));
        long verified = clock.getAsLong();
        prefill(plan.chunks(), progress, failed);
        long end = clock.getAsLong();
        return new StepOutcome(plan, progress, failed, decoded - start, verified - decoded, end - verified, end);
    }

    private Progress verify(Verification one) {
        ActiveSequence sequence = sequence(one.id());
        int[] draft = drafter.draft(sequence, one.slot(), one.drafted());
        int[] run = new int[draft.length + 1];
        run[0] = sequence.newest();
        System.arraycopy(draft, 0, run, 1, draft.length);
        decoder.use(one.slot(), sequence.adapter());
        FloatBuffer logits = decoder.verify(one.slot(), one.position(), run);
        return sequence.verify(logits, decoder.vocabularySize(), draft, sequence.total(), clock.getAsLong());
    }

    private void move(Move move) {
        if (move.toLength() == 0) {
            decoder.copy(move.from(), move.to(), move.fromLength());
        } else {
            decoder.swap(move.from(), move.fromLength(), move.to(), move.toLength());
        }
        drafter.swapped(move.from(), move.to());
    }

    private void reuse(Reuse reuse) {
        if (reuse.from() != reuse.to()) {
            decoder.copy(reuse.from(), reuse.to(), reuse.position() + reuse.tokens());
        }
        drafter.reused(reuse.from(), reuse.to(), reuse.position() + reuse.tokens());
        sequence(reuse.id()).reused(reuse.tokens());
    }

    private void decode(List<SequenceId> rows, List<Progress> progress, List<SequenceId> failed) {
        if (rows.isEmpty()) {
            return;
        }
        for (int row = 0; row < rows.size(); row++) {
            ActiveSequence sequence = sequence(rows.get(row));
            decoder.use(row, sequence.adapter());
            rowTokens[row] = sequence.newest();
            rowPositions[row] = sequence.total() - 1;
        }
        FloatBuffer logits;
        try {
            logits = decoder.decode(rows.size(), rowTokens, rowPositions);
        } catch (RuntimeException e) {
            LOG.error("A decode step failed; its {} sequences end", rows.size(), e);
            failed.addAll(rows);
            return;
        }
        long at = clock.getAsLong();
        int size = decoder.vocabularySize();
        for (int row = 0; row < rows.size(); row++) {
            int offset = row * size;
            ActiveSequence sequence = sequence(rows.get(row));
            Progress made =
                    attempt(sequence.id(), failed, () -> sequence.pick(logits, offset, size, sequence.total(), at));
            add(made, progress);
        }
    }

    private void prefill(List<Chunk> chunks, List<Progress> progress, List<SequenceId> failed) {
        Progress latest = null;
        for (Chunk chunk : chunks) {
            if (latest != null && !latest.id().equals(chunk.id())) {
                progress.add(latest);
                latest = null;
            }
            if (!failed.contains(chunk.id())) {
                latest = attempt(chunk.id(), failed, () -> prefill(chunk));
            }
        }
        add(latest, progress);
    }

    /** A part of the step that is one sequence's alone; if it fails, that sequence ends and no other. */
    private static @Nullable Progress attempt(SequenceId id, List<SequenceId> failed, Supplier<Progress> part) {
        try {
            return part.get();
        } catch (RuntimeException e) {
            LOG.error("A step failed for one sequence, which ends", e);
            failed.add(id);
            return null;
        }
    }

    private Progress prefill(Chunk chunk) {
        ActiveSequence sequence = sequence(chunk.id());
        decoder.use(chunk.slot(), sequence.adapter());
        int[] tokens = sequence.tokens(chunk.position(), chunk.tokens());
        FloatBuffer logits = decoder.prefill(chunk.slot(), chunk.position(), tokens, sequence.soft());
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
