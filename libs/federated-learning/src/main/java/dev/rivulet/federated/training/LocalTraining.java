// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import dev.rivulet.federated.update.Parameters;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Stochastic gradient descent on one device: {@code w −= η (g + μ (w − anchor) + correction)} over shuffled batches, the last of which
 * may be short. The same seed gives the same model.
 *
 * @param epochs passes over the examples, 1 to 10,000
 * @param batch examples of a step, 1 or more
 * @param rate η, above 0
 * @param mu FedProx's μ, Ditto's λ: 0 or more
 */
public record LocalTraining(int epochs, int batch, float rate, float mu) {

    /**
     * What training came to.
     *
     * @param model after training; its values are not finite if training went astray
     * @param steps taken
     * @param loss mean over the batches of the last epoch, before each step
     */
    public record Trained(Parameters model, int steps, double loss) {}

    public LocalTraining {
        if (epochs < 1 || epochs > 10_000 || batch < 1 || !(rate > 0) || !(mu >= 0)) {
            throw new IllegalArgumentException("epochs are 1 to 10000, batch 1 or more, rate above 0, mu 0 or more");
        }
    }

    /** The same with other epochs: what a straggler manages. */
    public LocalTraining epochs(int others) {
        return new LocalTraining(others, batch, rate, mu);
    }

    /** Trains from a model, to which it is also pulled if μ is above 0. */
    public Trained train(Objective objective, Parameters start, RandomGenerator random) {
        return train(objective, start, start, null, random);
    }

    /**
     * Trains from a model.
     *
     * @param anchor to which the model is pulled if μ is above 0
     * @param correction added to every gradient: SCAFFOLD's {@code c − c_i}; null for none
     * @param random shuffles
     */
    public Trained train(
            Objective objective,
            Parameters start,
            Parameters anchor,
            @Nullable Parameters correction,
            RandomGenerator random) {
        float[] weights = start.values().clone();
        float[] gradient = new float[weights.length];
        int[] order = Shuffle.upTo(objective.count());
        int steps = 0;
        double loss = 0;
        for (int epoch = 0; epoch < epochs; epoch++) {
            Shuffle.inPlace(order, random);
            loss = 0;
            for (int from = 0; from < order.length; from += batch) {
                int to = Math.min(order.length, from + batch);
                loss += objective.gradient(weights, order, from, to, gradient) * (to - from) / order.length;
                step(weights, gradient, anchor.values(), correction);
                steps++;
            }
        }
        return new Trained(new Parameters(start.layout(), weights), steps, loss);
    }

    private void step(float[] weights, float[] gradient, float[] anchor, @Nullable Parameters correction) {
        if (mu > 0) {
            for (int i = 0; i < weights.length; i++) {
                gradient[i] += mu * (weights[i] - anchor[i]);
            }
        }
        if (correction != null) {
            float[] added = correction.values();
            for (int i = 0; i < weights.length; i++) {
                gradient[i] += added[i];
            }
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] -= rate * gradient[i];
        }
    }
}
