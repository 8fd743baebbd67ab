// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

/**
 * Error-aware choice of 4-bit weights: input by input, the error of a rounded weight is made up for by the weights that are still
 * free, as far as the inputs of a calibration text correlate.
 *
 * @see <a href="https://arxiv.org/abs/2210.17323">Frantar et al., 2022</a>
 */
public final class Gptq {

    /** Most inputs of a layer: 8192 take half a gigabyte and minutes. */
    public static final int MOST_INPUTS = 8192;

    private static final double DAMPING = 0.01;

    private final int inputs;
    /** Upper Cholesky factor of the inverse Hessian, row-major. */
    private final float[] factor;

    private Gptq(int inputs, float[] factor) {
        this.inputs = inputs;
        this.factor = factor;
    }

    /**
     * Prepares for all layers that read the same input. Takes time with the cube of the number of inputs.
     *
     * @param gram sum over calibration tokens of {@code x xᵀ}, {@code [inputs, inputs]}, finite; not changed
     */
    public static Gptq of(float[] gram, int inputs) {
        if (inputs > MOST_INPUTS || gram.length != inputs * inputs) {
            throw new IllegalArgumentException(gram.length + " values are no square of " + inputs + " inputs");
        }
        double[] hessian = new double[gram.length];
        double trace = 0;
        for (int i = 0; i < gram.length; i++) {
            hessian[i] = gram[i];
        }
        for (int i = 0; i < inputs; i++) {
            trace += hessian[i * inputs + i];
        }
        double damping = trace > 0 ? DAMPING * trace / inputs : 1;
        for (int i = 0; i < inputs; i++) {
            hessian[i * inputs + i] += damping;
        }
        Triangles.reverseCholesky(hessian, inputs);
        return new Gptq(inputs, Triangles.inverse(hessian, inputs));
    }

    /**
     * Quantises one output channel.
     *
     * @param channel finite weights, {@code [inputs]}; changed while errors are made up for
     * @param packed receives {@code [inputs / 2]}, as {@link BlockInt4} packs
     * @param scales receives {@code [inputs / BLOCK]}
     */
    public void quantise(float[] channel, byte[] packed, float[] scales) {
        for (int i = 0; i < inputs; i++) {
            if (i % BlockInt4.BLOCK == 0) {
                scales[i / BlockInt4.BLOCK] = BlockInt4.scale(channel, i);
            }
            float scale = scales[i / BlockInt4.BLOCK];
            int level = BlockInt4.level(channel[i], scale);
            packed[i / 2] = i % 2 == 0 ? (byte) level : BlockInt4.pack(packed[i / 2], level);
            spread(channel, i, channel[i] - BlockInt4.value(level, scale));
        }
    }

    private void spread(float[] channel, int at, float error) {
        int row = at * inputs;
        float share = error / factor[row + at];
        for (int j = at + 1; j < inputs; j++) {
            channel[j] -= share * factor[row + j];
        }
    }
}
