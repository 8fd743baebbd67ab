// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import java.util.Arrays;

/** How likely a decoder finds an answer, and how that changes with the adapter. Its gradient may be taken once. */
public final class Likelihood {

    private final Pass pass;
    private final Sequence sequence;
    private final float[][] probabilities;
    private final double value;

    private Likelihood(Pass pass, Sequence sequence, float[][] probabilities, double value) {
        this.pass = pass;
        this.sequence = sequence;
        this.probabilities = probabilities;
        this.value = value;
    }

    static Likelihood of(FrozenDecoder decoder, Factors factors, Sequence sequence) {
        int[] tokens = sequence.tokens();
        Pass pass = new Pass(decoder, factors, Arrays.copyOf(tokens, tokens.length - 1));
        float[][] logits = pass.logits(sequence.prompt() - 1);
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            sum += softmax(logits[i], tokens[sequence.prompt() + i]);
        }
        return new Likelihood(pass, sequence, logits, sum);
    }

    /** Turns logits into probabilities, in place. @return the logarithm of that of the token */
    private static double softmax(float[] row, int token) {
        float most = Float.NEGATIVE_INFINITY;
        for (float each : row) {
            most = Math.max(most, each);
        }
        double total = 0;
        double wanted = row[token] - most;
        for (int i = 0; i < row.length; i++) {
            double one = Math.exp(row[i] - most);
            total += one;
            row[i] = (float) one;
        }
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (row[i] / total);
        }
        return wanted - Math.log(total);
    }

    /** Sum of the natural logarithms of the answer's tokens, 0 or below. */
    public double value() {
        return value;
    }

    /** Number of tokens in the answer. */
    public int tokens() {
        return sequence.answer();
    }

    /**
     * Adds the gradient of {@code factor · value}.
     *
     * @param gradient of the adapter's values, flat in the order of the layout
     */
    public void addGradient(double factor, float[] gradient) {
        float[][] owed = new float[probabilities.length][];
        for (int i = 0; i < owed.length; i++) {
            owed[i] = new float[probabilities[i].length];
            for (int token = 0; token < owed[i].length; token++) {
                owed[i][token] = (float) (-factor * probabilities[i][token]);
            }
            owed[i][sequence.tokens()[sequence.prompt() + i]] += (float) factor;
        }
        pass.backward(owed, sequence.prompt() - 1, gradient);
    }
}
