// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.sampling;

import java.nio.FloatBuffer;

/**
 * Log probabilities of one picked token and of the likeliest ones, by the model's own distribution: before penalties, biases,
 * masks and temperature.
 *
 * @param token that was picked
 * @param logprob of it, natural logarithm; negative infinity if the model gives it no chance
 * @param rank how many tokens were likelier
 * @param top the likeliest tokens, likeliest first
 * @param topLogprobs of them
 */
public record TokenLogprobs(int token, double logprob, int rank, int[] top, float[] topLogprobs) {

    /** Most alternatives of one token. */
    public static final int MAX_TOP = 20;

    /** Of the row {@code logits[offset .. offset+size-1]}, with {@code most} alternatives, 0 to {@link #MAX_TOP}. */
    public static TokenLogprobs of(FloatBuffer logits, int offset, int size, int token, int most) {
        float[] row = new float[size];
        logits.get(offset, row);
        double total = logSumExp(row);
        int rank = 0;
        for (float logit : row) {
            rank += logit > row[token] ? 1 : 0;
        }
        Candidates candidates = new Candidates();
        candidates.select(row, size, Math.max(1, Math.min(most, size)));
        int count = Math.min(most, candidates.size());
        int[] top = new int[count];
        float[] topLogprobs = new float[count];
        for (int i = 0; i < count; i++) {
            top[i] = candidates.token(i);
            topLogprobs[i] = (float) (row[top[i]] - total);
        }
        double logprob = Float.isFinite(row[token]) ? row[token] - total : Double.NEGATIVE_INFINITY;
        return new TokenLogprobs(token, logprob, rank, top, topLogprobs);
    }

    private static double logSumExp(float[] row) {
        float most = Float.NEGATIVE_INFINITY;
        for (float logit : row) {
            most = Float.isFinite(logit) && logit > most ? logit : most;
        }
        double sum = 0;
        for (float logit : row) {
            sum += Float.isFinite(logit) ? Math.exp(logit - most) : 0;
        }
        return most + Math.log(sum);
    }
}
