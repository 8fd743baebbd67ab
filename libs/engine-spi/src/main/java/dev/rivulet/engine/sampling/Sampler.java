// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.sampling;

import java.nio.FloatBuffer;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Picks tokens for one sequence. The same seed, settings and logits give the same tokens. In this order: mask, penalties, biases,
 * top-k, temperature, min-p, top-p. For one thread at a time.
 *
 * <p>A greedy pick without mask, penalties and biases reads the logits once and keeps nothing. Other picks keep one copy of a row
 * and the candidates: 4 bytes per token of the vocabulary, and 8 per candidate.
 */
public final class Sampler {

    private static final float[] NOTHING = new float[0];

    private final Sampling sampling;
    private final RandomGenerator random;
    private final @Nullable TokenCounts seen;
    private final Candidates candidates = new Candidates();
    private float[] row = NOTHING;

    public Sampler(Sampling sampling, RandomGenerator random) {
        this(sampling, random, new int[0]);
    }

    /** @param prompt whose tokens count for the repetition penalty */
    public Sampler(Sampling sampling, RandomGenerator random, int[] prompt) {
        this.sampling = sampling;
        this.random = random;
        this.seen = sampling.penalties().none() ? null : new TokenCounts();
        if (seen != null && sampling.penalties().repetition() != 1) {
            for (int token : prompt) {
                seen.add(token, 0);
            }
        }
    }

    /** The token picked from {@code logits[offset .. offset+vocabularySize-1]}. Non-finite logits are never picked. */
    public int pick(FloatBuffer logits, int offset, int vocabularySize) {
        return pick(logits, offset, vocabularySize, null);
    }

    /** The token picked among those that {@code mask} allows, which must be at least one. */
    public int pick(FloatBuffer logits, int offset, int vocabularySize, @Nullable TokenMask mask) {
        if (sampling.greedy() && mask == null && !sampling.adjusts()) {
            return argmax(logits, offset, vocabularySize);
        }
        if (row.length != vocabularySize) {
            row = new float[vocabularySize];
        }
        logits.get(offset, row);
        adjust();
        if (mask != null) {
            mask.apply(row);
        }
        int best = argmax(row);
        return sampling.greedy() || !Float.isFinite(row[best]) ? allowed(best, mask) : draw(row[best]);
    }

    /** Takes a token that became part of the answer; penalties know it from now on. */
    public void accept(int token) {
        if (seen != null) {
            seen.add(token, 1);
        }
    }

    private void adjust() {
        Penalties penalties = sampling.penalties();
        if (seen != null) {
            seen.forEach((token, count) -> {
                float logit = row[token];
                double scaled = logit > 0 ? logit / penalties.repetition() : logit * penalties.repetition();
                row[token] = (float) (scaled - count * penalties.frequency() - (count > 0 ? penalties.presence() : 0));
            });
        }
        for (Map.Entry<Integer, Double> bias : sampling.bias().entrySet()) {
            if (bias.getKey() < row.length) {
                row[bias.getKey()] += bias.getValue().floatValue();
            }
        }
    }

    /** Where a model gives only NaN or infinity to what the mask allows, the first allowed token. */
    private int allowed(int best, @Nullable TokenMask mask) {
        if (mask == null || mask.allows(best)) {
            return best;
        }
        for (int token = 0; token < row.length; token++) {
            if (mask.allows(token)) {
                return token;
            }
        }
        throw new IllegalArgumentException("the mask allows no token");
    }

    private int draw(float most) {
        double mass = Double.NaN;
        if (sampling.topK() > 0 && sampling.topK() < row.length) {
            candidates.select(row, row.length, sampling.topK());
        } else {
            mass = sampling.topP() < 1 ? mass(most) : mass;
            candidates.collect(row, row.length, cut(most, mass));
        }
        double[] weights = weights(most);
        double total = sum(weights, weights.length);
        int kept = sampling.topP() < 1 ? nucleus(weights, Double.isNaN(mass) ? total : mass) : weights.length;
        double point = random.nextDouble() * sum(weights, kept);
        for (int i = 0; i < kept; i++) {
            point -= weights[i];
            if (point < 0) {
                return candidates.token(i);
            }
        }
        return candidates.token(Math.max(0, kept - 1));
    }

    private static double sum(double[] weights, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weights[i];
        }
        return sum;
    }

    /** Unnormalised probability of everything that min-p keeps, where the likeliest token has 1. */
    private double mass(float most) {
        double total = 0;
        for (float logit : row) {
            double weight = logit <= most ? Math.exp((logit - most) / sampling.temperature()) : 0;
            total += weight >= sampling.minP() ? weight : 0;
        }
        return total;
    }

    /**
     * Logits below this can't be drawn. By min-p directly; by top-p because tokens less likely than {@code (1 - topP) / size} come
     * to less than {@code 1 - topP} together, so the nucleus is among the others. What is left is short enough to sort.
     */
    private float cut(float most, double mass) {
        double least = sampling.minP() > 0 ? Math.log(sampling.minP()) : Double.NEGATIVE_INFINITY;
        if (!Double.isNaN(mass)) {
            least = Math.max(least, Math.log((1 - sampling.topP()) * mass / row.length));
        }
        return Math.nextDown((float) (most + least * sampling.temperature()));
    }

    /** Unnormalised probabilities of the candidates, which are sorted if an order is needed; min-p applied. */
    private double[] weights(float most) {
        if (sampling.topP() < 1) {
            candidates.sort();
        }
        double[] weights = new double[candidates.size()];
        for (int i = 0; i < weights.length; i++) {
            double weight = Math.exp((row[candidates.token(i)] - most) / sampling.temperature());
            weights[i] = weight >= sampling.minP() ? weight : 0;
        }
        return weights;
    }

    private int nucleus(double[] weights, double total) {
        double sum = 0;
        int size = 0;
        while (size < weights.length && sum < sampling.topP() * total) {
            sum += weights[size++];
        }
        return size;
    }

    private static int argmax(float[] row) {
        int best = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int token = 0; token < row.length; token++) {
            if (row[token] > most && row[token] < Float.POSITIVE_INFINITY) {
                most = row[token];
                best = token;
            }
        }
        return best;
    }

    private static int argmax(FloatBuffer logits, int offset, int size) {
        int best = 0;
        float most = Float.NEGATIVE_INFINITY;
        for (int token = 0; token < size; token++) {
            float logit = logits.get(offset + token);
            if (logit > most) {
                most = logit;
                best = token;
            }
        }
        return best;
    }
}
