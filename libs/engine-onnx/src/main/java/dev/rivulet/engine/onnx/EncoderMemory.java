// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.EncoderOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.modelpackage.folder.EncoderConfig;
import dev.rivulet.modelpackage.graph.EncoderGraph;
import dev.rivulet.modelpackage.safetensors.Weights;

/**
 * What an encoder will take, known before anything is allocated.
 *
 * @param weights bytes of weights and tables, as {@link MemoryPlan} counts them
 * @param activations bytes that the largest batch takes while it runs: its hidden states and the scores of its attention
 * @param output bytes of the outputs of the largest batch
 */
record EncoderMemory(long weights, long activations, long output) {

    /** Hidden states, queries, keys, values and sums that live at once. */
    private static final int STATES = 8;

    static EncoderMemory of(EncoderConfig config, Weights weights, EncoderOptions options, int context)
            throws ModelRejectedException {
        long tokens = options.batchTokens();
        long ropes = config.design().layers().stream()
                .flatMap(layer -> layer.rope().stream())
                .distinct()
                .count();
        long tables = ropes * context * config.headSize() * Float.BYTES;
        long inner = (config.design().gated() ? 3L : 2L) * config.intermediateSize();
        long states = tokens * ((long) STATES * config.hiddenSize() + inner) * Float.BYTES;
        long scores = 2 * tokens * context * config.heads() * Float.BYTES;
        long output = tokens * EncoderGraph.width(config) * Float.BYTES;
        return new EncoderMemory(MemoryPlan.packed(weights, WeightKind.F32) + tables, states + scores, output);
    }

    long total() {
        return weights + activations + output;
    }

    /** Refuses what does not fit, naming what to lower. */
    void check(long limit, EncoderOptions options) throws ModelRejectedException {
        if (output > Integer.MAX_VALUE || total() > limit - options.taken()) {
            throw new ModelRejectedException("the encoder needs " + MemoryPlan.mebibytes(total()) + " (weights "
                    + MemoryPlan.mebibytes(weights) + ", a batch of " + options.batchTokens() + " tokens "
                    + MemoryPlan.mebibytes(activations + output) + "), "
                    + MemoryPlan.allowed(limit, options.taken())
                    + ": lower the tokens of a batch or the context length, or raise -D"
                    + OnnxSettings.MEMORY_LIMIT);
        }
    }
}
