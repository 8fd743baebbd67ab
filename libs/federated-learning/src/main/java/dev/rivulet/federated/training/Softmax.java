// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

/** Softmax over the scores of one example. */
final class Softmax {

    private Softmax() {}

    /**
     * Turns scores into probabilities.
     *
     * @return the loss: minus the logarithm of the label's probability
     */
    static double inPlace(float[] scores, int label) {
        float greatest = scores[greatest(scores)];
        double sum = 0;
        double of = scores[label] - greatest;
        for (int c = 0; c < scores.length; c++) {
            double exp = Math.exp(scores[c] - greatest);
            scores[c] = (float) exp;
            sum += exp;
        }
        float inverse = (float) (1 / sum);
        for (int c = 0; c < scores.length; c++) {
            scores[c] *= inverse;
        }
        return Math.log(sum) - of;
    }

    /** Index of the greatest score; of equal ones the first. */
    static int greatest(float[] scores) {
        int best = 0;
        for (int c = 1; c < scores.length; c++) {
            best = scores[c] > scores[best] ? c : best;
        }
        return best;
    }
}
