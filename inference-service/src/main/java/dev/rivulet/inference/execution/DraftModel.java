// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.inference.scheduling.SequenceId;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Drafts with a smaller model of the same tokens, always its likeliest one (Leviathan et al. 2023). It has a slot for each slot of
 * the model it drafts for and fills it when it is asked: one chunk in a step at most, so that a long prompt delays others no more
 * than a prefill does.
 */
final class DraftModel implements Drafter {

    private final LanguageModel model;
    private final DecoderRunner decoder;
    private final int most;

    /** Positions of each slot that hold keys and values of the sequence in it. */
    private final int[] lengths;

    /** The same before the sequence in it took the slot. */
    private final int[] former;

    /**
     * @param model is closed with this
     * @param slots of the model that is drafted for
     * @param most tokens of a draft
     */
    DraftModel(LanguageModel model, int slots, int most) {
        this.model = model;
        this.decoder = model.decoder();
        this.most = most;
        this.lengths = new int[slots];
        this.former = new int[slots];
        if (decoder.slots() < slots) {
            throw new IllegalArgumentException(
                    "a draft model of " + decoder.slots() + " slots is too small for " + slots);
        }
    }

    @Override
    public int available(ActiveSequence sequence) {
        return limited(sequence, most);
    }

    private int limited(ActiveSequence sequence, int tokens) {
        int room = decoder.contextLength() - sequence.total();
        return Math.max(0, Math.min(Math.min(tokens, most), Math.min(room, sequence.draftable())));
    }

    @Override
    public int[] draft(ActiveSequence sequence, int slot, int tokens) {
        int wanted = limited(sequence, tokens);
        int behind = sequence.total() - lengths[slot];
        if (wanted == 0) {
            return new int[0];
        }
        int[] chunk = sequence.tokens(lengths[slot], Math.min(behind, decoder.prefillChunk()));
        FloatBuffer logits = decoder.prefill(slot, lengths[slot], chunk);
        lengths[slot] += chunk.length;
        if (chunk.length < behind) {
            return new int[0];
        }
        int[] draft = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            draft[i] = likeliest(logits);
            if (i < wanted - 1) {
                logits = decoder.prefill(slot, sequence.total() + i, new int[] {draft[i]});
            }
        }
        return draft;
    }

    private int likeliest(FloatBuffer logits) {
        int best = 0;
        for (int token = 1; token < decoder.vocabularySize(); token++) {
            best = logits.get(token) > logits.get(best) ? token : best;
        }
        return best;
    }

    @Override
    public void swapped(int first, int second) {
        decoder.swap(first, lengths[first], second, lengths[second]);
        int length = lengths[first];
        lengths[first] = lengths[second];
        lengths[second] = length;
    }

    @Override
    public void seated(SequenceId id, int slot) {
        former[slot] = lengths[slot];
        lengths[slot] = 0;
    }

    @Override
    public void reused(int from, int to, int length) {
        if (from == to) {
            lengths[to] = Math.min(former[to], length);
            return;
        }
        lengths[to] = Math.min(lengths[from], length);
        decoder.copy(from, to, lengths[to]);
    }

    /** Whether two models have the same tokens, so that one may draft for the other. */
    static boolean sameTokens(LanguageModel one, LanguageModel other) {
        int size = one.facts().vocabularySize();
        if (size != other.facts().vocabularySize()) {
            return false;
        }
        for (int token = 0; token < size; token++) {
            if (!Arrays.equals(one.tokenizer().bytes(token), other.tokenizer().bytes(token))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        model.close();
    }
}
