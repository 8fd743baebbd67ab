// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One sequence through the decoder, forward when it is made, and back once. */
final class Pass {

    private final FrozenDecoder decoder;
    private final List<BlockPass> blocks = new ArrayList<>();
    private final Normed last;
    private final int length;

    /** @param tokens 1 to the context's length, each of the vocabulary */
    Pass(FrozenDecoder decoder, Factors factors, int[] tokens) {
        int most = Math.min(decoder.config.contextLength(), FrozenDecoder.LONGEST);
        if (tokens.length < 1 || tokens.length > most) {
            throw new IllegalArgumentException("a sequence has 1 to " + most + " tokens, not " + tokens.length);
        }
        this.decoder = decoder;
        this.length = tokens.length;
        float[][] x = new float[length][];
        for (int t = 0; t < length; t++) {
            x[t] = decoder.embedding[tokens[t]].clone();
        }
        for (FrozenDecoder.Block block : decoder.blocks) {
            blocks.add(new BlockPass(decoder, block, factors, x));
        }
        this.last = Normed.forward(x, decoder.lastNorm, decoder.config.normEpsilon());
    }

    /** Logits of the positions from one on to the last, [length − from, vocabulary]. */
    float[][] logits(int from) {
        float[][] states = Arrays.copyOfRange(last.output(), from, length);
        float[][] logits = new float[states.length][decoder.config.vocabularySize()];
        Matrices.addProduct(logits, states, decoder.output.byInput());
        return logits;
    }

    /**
     * Adds to the gradient of B.
     *
     * @param owed gradient of {@link #logits(int)}
     * @param from the same
     */
    void backward(float[][] owed, int from, float[] gradient) {
        float[][] states = new float[length][decoder.config.hiddenSize()];
        Matrices.addProduct(Arrays.copyOfRange(states, from, length), owed, decoder.output.byOutput());
        float[][] dx = new float[length][decoder.config.hiddenSize()];
        last.backward(states, dx);
        for (BlockPass block : blocks.reversed()) {
            block.backward(dx, gradient);
        }
    }
}
