// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.ModelRejectedException;
import java.util.Locale;

/**
 * How a quantised model compares with its original on the same text.
 *
 * @param tokens predictions that were compared
 * @param originalPerplexity of the original, e to the mean negative log-likelihood
 * @param quantisedPerplexity of the quantised model
 * @param agreement share of predictions, 0 to 1, whose most likely token is the same
 * @param divergence mean Kullback–Leibler divergence of the quantised distribution from the original, in nats
 */
public record Quality(
        long tokens, double originalPerplexity, double quantisedPerplexity, double agreement, double divergence) {

    /** Perplexity of the quantised model as a multiple of the original's. */
    public double perplexityRatio() {
        return quantisedPerplexity / originalPerplexity;
    }

    /**
     * What a quantised model must keep.
     *
     * @param mostPerplexity largest {@link Quality#perplexityRatio}, at least 1
     * @param leastAgreement smallest {@link Quality#agreement}, 0 to 1
     */
    public record Limits(double mostPerplexity, double leastAgreement) {

        /** A tenth more perplexity and one greedy token in ten. */
        public static final Limits DEFAULT = new Limits(1.1, 0.9);

        public Limits {
            if (!(mostPerplexity >= 1) || !(leastAgreement >= 0 && leastAgreement <= 1)) {
                throw new IllegalArgumentException(
                        "limits of quality are out of range: " + mostPerplexity + ", " + leastAgreement);
            }
        }
    }

    /**
     * Refuses what is worse than the limits.
     *
     * @throws ModelRejectedException with both figures
     */
    public Quality check(Limits limits) throws ModelRejectedException {
        // Written so that a figure that is no number is refused.
        boolean good = perplexityRatio() <= limits.mostPerplexity() && agreement >= limits.leastAgreement();
        if (!good) {
            throw new ModelRejectedException(String.format(
                    Locale.ROOT,
                    "the quantised weights are too far from the original: perplexity %.4f against %.4f (ratio %.3f, at most"
                            + " %.3f), %.1f %% of greedy tokens the same (at least %.1f %%); choose weights of more bits",
                    quantisedPerplexity,
                    originalPerplexity,
                    perplexityRatio(),
                    limits.mostPerplexity(),
                    100 * agreement,
                    100 * limits.leastAgreement()));
        }
        return this;
    }
}
