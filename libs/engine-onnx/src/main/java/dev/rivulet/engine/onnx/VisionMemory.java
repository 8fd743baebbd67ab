// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.modelpackage.folder.VisionConfig;
import dev.rivulet.modelpackage.safetensors.Weights;

/**
 * What an encoder of pictures takes, known before anything is allocated.
 *
 * @param weights bytes of the weights, as {@link MemoryPlan} counts them
 * @param run bytes that a run takes: pixels, hidden states and the scores of attention
 */
record VisionMemory(long weights, long run) {

    /** Hidden states, queries, keys, values and sums that live at once. */
    private static final int STATES = 8;

    static VisionMemory of(VisionConfig config, Weights weights, int batch) throws ModelRejectedException {
        long positions = config.positions();
        long states = positions * ((long) STATES * config.hiddenSize() + 2L * config.intermediateSize());
        long scores = 2 * positions * positions * config.heads();
        long pixels = 3L * config.imageSize() * config.imageSize();
        long output = (long) config.rows() * config.width();
        long run = batch * (states + scores + 2 * pixels + output) * Float.BYTES;
        return new VisionMemory(MemoryPlan.packed(weights, WeightKind.F32), run);
    }

    long total() {
        return weights + run;
    }

    void check(long limit, EngineOptions options) throws ModelRejectedException {
        if (total() > limit - options.taken()) {
            throw new ModelRejectedException("the encoder of pictures needs " + MemoryPlan.mebibytes(total()) + ", "
                    + MemoryPlan.allowed(limit, options.taken()) + ": raise -D" + OnnxSettings.MEMORY_LIMIT);
        }
    }
}
