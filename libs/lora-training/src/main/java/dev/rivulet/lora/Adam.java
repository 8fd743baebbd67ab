// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

/** Adam with β₁ 0.9, β₂ 0.99 and its correction of the first steps. */
final class Adam {

    private static final double FIRST = 0.9;
    private static final double SECOND = 0.99;
    private static final double EPSILON = 1e-8;

    private final float[] values;
    private final double[] mean;
    private final double[] square;
    private final double rate;
    private int steps;

    /** @param values changed by each step */
    Adam(float[] values, double rate) {
        this.values = values;
        this.mean = new double[values.length];
        this.square = new double[values.length];
        this.rate = rate;
    }

    float[] values() {
        return values;
    }

    void step(float[] gradient) {
        steps++;
        double first = 1 - Math.pow(FIRST, steps);
        double second = 1 - Math.pow(SECOND, steps);
        for (int i = 0; i < values.length; i++) {
            mean[i] = FIRST * mean[i] + (1 - FIRST) * gradient[i];
            square[i] = SECOND * square[i] + (1 - SECOND) * (double) gradient[i] * gradient[i];
            values[i] -= (float) (rate * (mean[i] / first) / (Math.sqrt(square[i] / second) + EPSILON));
        }
    }
}
