// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An adapter as a pass multiplies by it: of each adapted layer A in both orders, and B turned. */
final class Factors {

    private final Map<String, Factor> byLayer = new HashMap<>();

    /**
     * One layer's.
     *
     * @param down A, [rank, inputs]
     * @param downTurned A, [inputs, rank]
     * @param up B turned, [rank, outputs], times the scale
     * @param from where the values of B begin in the flat vector, row-major [outputs, rank]
     */
    record Factor(float[][] down, float[][] downTurned, float[][] up, float scale, int from) {

        /** Adds {@code scale · innerᵀ · dy} to the gradient of B: inner is A·x, [t, rank], dy [t, outputs]. */
        void addGradient(float[] gradient, float[][] inner, float[][] dy) {
            int rank = down.length;
            int outputs = up[0].length;
            float[] row = new float[outputs];
            for (int r = 0; r < rank; r++) {
                java.util.Arrays.fill(row, 0);
                for (int t = 0; t < dy.length; t++) {
                    Matrices.addOne(row, scale * inner[t][r], dy[t]);
                }
                for (int out = 0; out < outputs; out++) {
                    gradient[from + out * rank + r] += row[out];
                }
            }
        }
    }

    /**
     * @param downs A of each layer, by its name
     * @param values of B, in the layout of {@link AdaptedDecoder#layout()}
     */
    static Factors of(Map<String, float[][]> downs, Parameters values, float scale) {
        Factors factors = new Factors();
        int from = 0;
        for (Layout.Tensor tensor : values.layout().tensors()) {
            String layer = AdaptedDecoder.layerOf(tensor.name());
            float[][] down = java.util.Objects.requireNonNull(downs.get(layer));
            int outputs = tensor.shape().getFirst();
            float[][] up = new float[down.length][outputs];
            for (int out = 0; out < outputs; out++) {
                for (int r = 0; r < down.length; r++) {
                    up[r][out] = scale * values.values()[from + out * down.length + r];
                }
            }
            factors.byLayer.put(layer, new Factor(down, Matrices.transposed(down), up, scale, from));
            from += tensor.size();
        }
        return factors;
    }

    /** No adapter: the model as it is. */
    static Factors none() {
        return new Factors();
    }

    @Nullable Factor get(String layer) {
        return byLayer.get(layer);
    }
}
