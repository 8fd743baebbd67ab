// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderConfig;
import dev.rivulet.modelpackage.graph.CacheScales;
import dev.rivulet.modelpackage.graph.DecoderGraph.Side;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Measures what range keys and values have: the model reads texts with a cache of floats, and the largest value that it leaves there
 * becomes the largest 8-bit number. Costs one more opening of the model.
 */
record CacheCalibration(DecoderConfig config, Weights weights, EngineOptions options, OnnxSettings settings) {

    private static final int LARGEST = 127;
    private static final int MOST_TOKENS = 1024;

    /**
     * @param texts tokens, at least one in all; each is cut at the context's end and at {@value #MOST_TOKENS}
     * @throws ModelRejectedException if the model can't be run
     */
    CacheScales scales(List<int[]> texts) throws IOException, ModelRejectedException {
        int longest = texts.stream().mapToInt(text -> text.length).max().orElse(0);
        if (longest == 0) {
            throw new IllegalArgumentException("an 8-bit cache needs a text to measure ranges on");
        }
        EngineOptions floats = new EngineOptions(
                1,
                Math.min(Math.min(config.contextLength(), MOST_TOKENS), longest),
                options.threads(),
                options.prefillChunk(),
                options.weights(),
                options.quantised());
        try (OnnxDecoderRunner runner = LoadedDecoder.readable(config, weights, floats, settings)) {
            return scales(runner, texts);
        }
    }

    private CacheScales scales(OnnxDecoderRunner runner, List<int[]> texts) {
        float[][] largest = new float[Side.values().length][config.layers()];
        for (int[] text : texts) {
            int length = Math.min(text.length, runner.contextLength());
            for (int from = 0; from < length; from += runner.prefillChunk()) {
                int to = Math.min(length, from + runner.prefillChunk());
                runner.prefill(0, from, Arrays.copyOfRange(text, from, to));
            }
            for (Side side : Side.values()) {
                for (int layer = 0; layer < config.layers(); layer++) {
                    float[] layers = largest[side.ordinal()];
                    layers[layer] = Math.max(layers[layer], runner.largest(side, layer, length));
                }
            }
        }
        return new CacheScales(steps(largest[Side.KEYS.ordinal()]), steps(largest[Side.VALUES.ordinal()]));
    }

    /** A layer whose values are all 0 gets any scale: it has nothing to round. */
    private static List<Float> steps(float[] largest) {
        List<Float> steps = new ArrayList<>();
        for (float value : largest) {
            steps.add(value > Float.MIN_NORMAL * LARGEST ? value / LARGEST : 1f);
        }
        return steps;
    }
}
