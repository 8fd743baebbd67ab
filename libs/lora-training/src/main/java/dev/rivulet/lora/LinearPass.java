// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import dev.rivulet.lora.Factors.Factor;
import org.jspecify.annotations.Nullable;

/** One linear layer on the way forward, kept for the way back. */
final class LinearPass {

    private final FrozenDecoder.Linear linear;
    private final @Nullable Factor factor;
    private final float[][] inner;

    private LinearPass(FrozenDecoder.Linear linear, @Nullable Factor factor, float[][] inner) {
        this.linear = linear;
        this.factor = factor;
        this.inner = inner;
    }

    /**
     * Computes {@code y = W·x + scale·B·A·x}.
     *
     * @param x [t, inputs]
     * @param y zeros, [t, outputs]
     */
    static LinearPass forward(FrozenDecoder.Linear linear, Factors factors, float[][] x, float[][] y) {
        Matrices.addProduct(y, x, linear.byInput());
        Factor factor = factors.get(linear.name());
        if (factor == null) {
            return new LinearPass(linear, null, new float[0][]);
        }
        float[][] inner = new float[x.length][factor.down().length];
        Matrices.addProduct(inner, x, factor.downTurned());
        Matrices.addProduct(y, inner, factor.up());
        return new LinearPass(linear, factor, inner);
    }

    /**
     * Adds what x is owed, and what B is.
     *
     * @param dy gradient of the outputs
     * @param dx gradient of the inputs, added to
     * @param gradient of all B, flat
     */
    void backward(float[][] dy, float[][] dx, float[] gradient) {
        Matrices.addProduct(dx, dy, linear.byOutput());
        if (factor == null) {
            return;
        }
        factor.addGradient(gradient, inner, dy);
        float[][] up = factor.up();
        float[][] innerOwed = new float[dy.length][up.length];
        for (int t = 0; t < dy.length; t++) {
            for (int r = 0; r < up.length; r++) {
                innerOwed[t][r] = (float) Matrices.dot(dy[t], up[r]);
            }
        }
        Matrices.addProduct(dx, innerOwed, factor.down());
    }
}
