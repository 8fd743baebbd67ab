// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

/** RMSNorm (Zhang and Sennrich, arXiv 1910.07467) on the way forward, kept for the way back. */
final class Normed {

    private final float[][] input;
    private final float[] weight;
    private final float[] inverse;
    private final float[][] output;

    private Normed(float[][] input, float[] weight, float[] inverse, float[][] output) {
        this.input = input;
        this.weight = weight;
        this.inverse = inverse;
        this.output = output;
    }

    static Normed forward(float[][] input, float[] weight, double epsilon) {
        float[] inverse = new float[input.length];
        float[][] output = new float[input.length][weight.length];
        for (int t = 0; t < input.length; t++) {
            double squares = Matrices.dot(input[t], input[t]);
            inverse[t] = (float) (1 / Math.sqrt(squares / weight.length + epsilon));
            for (int i = 0; i < weight.length; i++) {
                output[t][i] = input[t][i] * inverse[t] * weight[i];
            }
        }
        return new Normed(input, weight, inverse, output);
    }

    float[][] output() {
        return output;
    }

    /** Adds to the gradient of the inputs what that of the outputs makes of it. */
    void backward(float[][] owed, float[][] into) {
        int width = weight.length;
        for (int t = 0; t < input.length; t++) {
            double along = 0;
            for (int i = 0; i < width; i++) {
                along += (double) owed[t][i] * weight[i] * input[t][i];
            }
            float back = (float) (along * inverse[t] * inverse[t] / width);
            for (int i = 0; i < width; i++) {
                into[t][i] += inverse[t] * (owed[t][i] * weight[i] - input[t][i] * back);
            }
        }
    }
}
