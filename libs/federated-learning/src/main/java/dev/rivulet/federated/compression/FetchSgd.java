// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import dev.rivulet.federated.compression.Encoded.Sparse;

/**
 * The server's side of FetchSGD (Rothchild et al., arXiv 2007.07682, algorithm 1): momentum and error live in the sketch, so that
 * devices keep nothing and may come once. With {@code S} the mean sketch of a round: {@code u = ρu + S}, {@code e += ηu},
 * {@code Δ = top-k(unsketch e)}, {@code e −= sketch(Δ)}; the model then moves by {@code Δ}. Immutable.
 *
 * @param settings what does not change
 * @param momentum u
 * @param error e
 */
public record FetchSgd(Settings settings, CountSketch momentum, CountSketch error) {

    /**
     * Settings of a server.
     *
     * @param size values of the model
     * @param top k, places that change in a round: from 1 to the size
     * @param rho ρ, from 0 to below 1
     * @param rate η, above 0
     */
    public record Settings(int size, int top, float rho, float rate) {
        public Settings {
            if (top < 1 || top > size || !(rho >= 0 && rho < 1) || !(rate > 0)) {
                throw new IllegalArgumentException("top-k is 1 to the size, rho from 0 to below 1, the rate above 0");
            }
        }
    }

    /** What a round came to: the next state, and by how much the model moves. */
    public record Step(FetchSgd next, Sparse change) {}

    /** Before the first round. */
    public static FetchSgd begin(Settings settings, CountSketch.Shape shape) {
        return new FetchSgd(settings, new CountSketch(shape), new CountSketch(shape));
    }

    /** One round with the mean sketch of its devices. */
    public Step step(CountSketch mean) {
        CountSketch moved = momentum.combined(settings.rho(), mean, 1);
        CountSketch owed = error.combined(1, moved, settings.rate());
        float[] estimates = owed.estimates(settings.size());
        int[] indices = TopK.indices(estimates, settings.top());
        float[] values = new float[indices.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = estimates[indices[i]];
            owed.add(indices[i], -values[i]);
        }
        Sparse change = new Sparse(settings.size(), indices, new Numbers.Floats(values));
        return new Step(new FetchSgd(settings, moved, owed), change);
    }
}
