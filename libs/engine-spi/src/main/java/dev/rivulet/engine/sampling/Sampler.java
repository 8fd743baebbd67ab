package dev.rivulet.engine.sampling;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Picks tokens for one sequence. The same seed, settings and logits give the same tokens. Order of filters: top-k, then
 * temperature, then top-p, as in the reference implementation of the field. For one thread at a time.
 */
public final class Sampler {

    private final Sampling sampling;
    private final RandomGenerator random;

    public Sampler(Sampling sampling, RandomGenerator random) {
        this.sampling = sampling;
        this.random = random;
    }

    /** The token picked from {@code logits[offset .. offset+vocabularySize-1]}. Non-finite logits are never picked. */
    public int pick(FloatBuffer logits, int offset, int vocabularySize) {
        if (sampling.greedy()) {
            return argmax(logits, offset, vocabularySize);
        }
        long[] order = candidates(logits, offset, vocabularySize);
        int kept = sampling.topK() == 0 ? order.length : Math.min(sampling.topK(), order.length);
        return kept == 0 ? argmax(logits, offset, vocabularySize) : draw(logits, offset, order, kept);
    }

    private int draw(FloatBuffer logits, int offset, long[] order, int kept) {
        double[] weights = new double[kept];
        double top = logits.get(offset + token(order[0]));
        double total = 0;
        for (int i = 0; i < kept; i++) {
            weights[i] = Math.exp((logits.get(offset + token(order[i])) - top) / sampling.temperature());
            total += weights[i];
        }
        double nucleus = 0;
        int size = 0;
        while (size < kept && nucleus < sampling.topP() * total) {
            nucleus += weights[size++];
        }
        double point = random.nextDouble() * nucleus;
        for (int i = 0; i < size; i++) {
            point -= weights[i];
            if (point < 0) {
                return token(order[i]);
            }
        }
        return token(order[Math.max(0, size - 1)]);
    }

    /** Finite logits, most likely first; ties by token id. */
    private static long[] candidates(FloatBuffer logits, int offset, int size) {
        long[] order = new long[size];
        int count = 0;
        for (int token = 0; token < size; token++) {
            float logit = logits.get(offset + token);
            if (Float.isFinite(logit)) {
                order[count++] = ((long) ~sortable(logit) << 32) | token;
            }
        }
        long[] finite = count == size ? order : Arrays.copyOf(order, count);
        Arrays.sort(finite);
        return finite;
    }

    private static int sortable(float value) {
        int bits = Float.floatToIntBits(value);
        return bits ^ ((bits >> 31) & 0x7fffffff);
    }

    private static int token(long entry) {
        return (int) entry;
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
