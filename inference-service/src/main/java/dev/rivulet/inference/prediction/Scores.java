// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.prediction;

/** Logits as probabilities. */
final class Scores {

    private Scores() {}

    static double sigmoid(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** Of {@code count} logits from {@code first} on: each alone, or all sharing 1. */
    static double[] of(float[] logits, int first, int count, boolean independent) {
        double[] scores = new double[count];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, logits[first + i]);
        }
        double sum = 0;
        for (int i = 0; i < count; i++) {
            scores[i] = independent ? sigmoid(logits[first + i]) : Math.exp(logits[first + i] - largest);
            sum += scores[i];
        }
        for (int i = 0; i < count && !independent; i++) {
            scores[i] /= sum;
        }
        return scores;
    }

    static int best(double[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }
}
