package dev.rivulet.engine.sampling;

/**
 * How a token is picked.
 *
 * @param temperature divides the logits, 0 to 2; 0 is greedy
 * @param topP nucleus: the fewest most likely tokens whose probabilities reach this, in (0, 1]; 1 keeps all
 * @param topK keeps this many most likely tokens, 0 keeps all
 */
public record Sampling(double temperature, double topP, int topK) {

    public static final Sampling GREEDY = new Sampling(0, 1, 0);

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
    }

    public boolean greedy() {
        return temperature == 0 || topK == 1;
    }
}
