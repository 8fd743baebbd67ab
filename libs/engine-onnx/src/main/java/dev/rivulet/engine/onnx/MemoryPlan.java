// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.modelpackage.graph.DecoderGraph.Shape;
import dev.rivulet.modelpackage.quantisation.BlockInt4;
import dev.rivulet.modelpackage.safetensors.TensorInfo;
import dev.rivulet.modelpackage.safetensors.Weights;

/**
 * What a model will take, known before anything is allocated.
 *
 * @param weights bytes of the weights as ONNX Runtime packs them, of the 32-bit copy of weights
 *     that are stored otherwise, and of the tables of
 *     rotary positions; the mapped file itself is not counted, since the system may drop its pages
 * @param cacheOfSide bytes of the keys, or of the values, of one layer
 * @param cache bytes of all keys and values
 * @param logits bytes of the logits of one step
 * @param scores bytes of the attention scores of the largest chunk, or of the largest step, of one layer
 * @param adapters bytes of the room for adapters
 */
record MemoryPlan(long weights, long cacheOfSide, long cache, long logits, long scores, long adapters) {

    private static final long LARGEST_BUFFER = Integer.MAX_VALUE;

    /** @param ropes how many tables of rotary positions there are */
    static MemoryPlan of(Weights weights, WeightKind kind, Shape shape, int ropes, int slots)
            throws ModelRejectedException {
        long position = (long) shape.keyValueHeads() * shape.headSize() * shape.cacheBytes();
        long side = position * shape.contextLength() * slots;
        long rotary = ropes * (long) shape.contextLength() * shape.headSize() * Float.BYTES;
        return new MemoryPlan(
                packed(weights, kind) + rotary,
                side,
                2 * side * shape.layers(),
                (long) Math.max(slots, DecoderRunner.MOST_VERIFIED) * shape.vocabularySize() * Float.BYTES,
                0,
                0);
    }

    static long packed(Weights weights, WeightKind kind) throws ModelRejectedException {
        long bytes = 0;
        for (String name : weights.names()) {
            TensorInfo tensor = weights.info(name);
            boolean matrix = tensor.shape().size() > 1;
            bytes += kind == WeightKind.F32 || !matrix
                    ? tensor.elements() * Float.BYTES * (weights.inPlace(name) ? 1 : 2)
                    : quantised(tensor, kind);
        }
        return bytes;
    }

    /** Values and scales, once as ONNX Runtime packs them; the file they come from is mapped, like that of the weights. */
    private static long quantised(TensorInfo tensor, WeightKind kind) {
        return kind == WeightKind.W8R
                ? tensor.elements() + tensor.shape().getFirst() * Float.BYTES
                : tensor.elements() / 2 + tensor.elements() / BlockInt4.BLOCK * Float.BYTES;
    }

    MemoryPlan withAdapters(long bytes) {
        return new MemoryPlan(weights, cacheOfSide, cache, logits, scores, bytes);
    }

    /** Every query of a run against every position, since {@link RuntimeSwitches} asks for whole scores. */
    MemoryPlan withScores(int heads, int contextLength, EngineOptions options) {
        long queries = (long) heads * Math.max(options.prefillChunk(), options.slots());
        return new MemoryPlan(weights, cacheOfSide, cache, logits, queries * contextLength * Float.BYTES, adapters);
    }

    /** What a host needs to hand a model to a device: both forms of the weights at once, and the logits. */
    MemoryPlan handingOver() {
        return new MemoryPlan(weights + weights / 2, 0, 0, logits, 0, 0);
    }

    /** The same in 16 bits: weights and cache take half. */
    MemoryPlan halved() {
        return new MemoryPlan(weights / 2, cacheOfSide / 2, cache / 2, logits, scores, adapters);
    }

    long total() {
        return weights + cache + logits + scores + adapters;
    }

    /** Refuses what does not fit, naming what to lower. */
    MemoryPlan check(long limit, EngineOptions options) throws ModelRejectedException {
        if (cacheOfSide > LARGEST_BUFFER || logits > LARGEST_BUFFER) {
            throw new ModelRejectedException(options.slots() + " slots need " + mebibytes(cacheOfSide)
                    + " for the keys of one layer and " + mebibytes(logits) + " for the logits of a step; at most "
                    + mebibytes(LARGEST_BUFFER) + " of each are supported: lower slots or contextLength");
        }
        if (total() > limit - options.taken()) {
            throw new ModelRejectedException("the model needs " + mebibytes(total()) + " (weights " + mebibytes(weights)
                    + ", KV cache of " + options.slots() + " slots " + mebibytes(cache) + ", logits "
                    + mebibytes(logits) + ", attention scores " + mebibytes(scores)
                    + (adapters == 0 ? "" : ", adapters " + mebibytes(adapters)) + "), "
                    + allowed(limit, options.taken()) + ": lower slots, contextLength or prefillChunk,"
                    + " choose weights of fewer bits, or raise -D" + OnnxSettings.MEMORY_LIMIT);
        }
        return this;
    }

    /** How much there is, and how much of it others have. */
    static String allowed(long limit, long taken) {
        return mebibytes(limit) + " are allowed"
                + (taken == 0 ? "" : " and " + mebibytes(taken) + " of them are taken by models that serve");
    }

    static String mebibytes(long bytes) {
        return (bytes >> 20) + " MiB";
    }
}
