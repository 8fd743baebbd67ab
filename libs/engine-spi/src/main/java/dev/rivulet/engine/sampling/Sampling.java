// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.sampling;

import java.util.Map;

/**
 * How a token is picked.
 *
 * @param temperature divides the logits, 0 to 2; 0 is greedy
 * @param topP nucleus: the fewest most likely tokens whose probabilities reach this, in (0, 1]; 1 keeps all
 * @param topK keeps this many most likely tokens, 0 keeps all
 * @param minP keeps tokens whose probability is at least this share of the likeliest one's (Nguyen et al., 2024), 0 to 1; 0 keeps
 *     all
 * @param bias is added to the logits of these tokens, -100 to 100 each
 */
public record Sampling(
        double temperature, double topP, int topK, double minP, Penalties penalties, Map<Integer, Double> bias) {

    public static final Sampling GREEDY = new Sampling(0, 1, 0);

    /** Most entries of {@link #bias}. */
    public static final int MAX_BIAS = 1024;

    public Sampling {
        if (!(temperature >= 0 && temperature <= 2)) {
            throw new IllegalArgumentException("temperature must be 0 to 2, was " + temperature);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("top_p must be above 0 and at most 1, was " + topP);
        }
        if (topK < 0) {
            throw new IllegalArgumentException("top_k must be 0 or more, was " + topK);
        }
        if (!(minP >= 0 && minP <= 1)) {
            throw new IllegalArgumentException("min_p must be 0 to 1, was " + minP);
        }
        if (bias.size() > MAX_BIAS || bias.values().stream().anyMatch(value -> !(Math.abs(value) <= 100))) {
            throw new IllegalArgumentException(
                    "logit_bias may have " + MAX_BIAS + " entries at most, each from -100 to 100");
        }
        bias = Map.copyOf(bias);
    }

    /** Without min-p, penalties and biases. */
    public Sampling(double temperature, double topP, int topK) {
        this(temperature, topP, topK, 0, Penalties.NONE, Map.of());
    }

    public boolean greedy() {
        return temperature == 0 || topK == 1;
    }

    /** Whether logits are changed before a token is picked. */
    boolean adjusts() {
        return !penalties.none() || !bias.isEmpty();
    }
}
