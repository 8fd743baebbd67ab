// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.update.Parameters;
import java.util.random.RandomGenerator;

/**
 * Reptile (Nichol et al., arXiv 1803.02999, algorithm 2): the common model is one from which few steps make a good model of any
 * device. The server moves by {@code ε mean(φ_k − w)}, and a device that uses the model first trains on its own examples.
 *
 * @param epsilon ε, above 0 and at most 1
 * @param training on devices, in rounds and before use
 */
public record Reptile(double epsilon, LocalTraining training) {

    public Reptile {
        if (!(epsilon > 0 && epsilon <= 1)) {
            throw new IllegalArgumentException("epsilon is above 0 and at most 1, not " + epsilon);
        }
    }

    /** What the server does in a round; updates are to weigh alike. */
    public FedAvg server() {
        return new FedAvg(epsilon);
    }

    /** The device's own model, made anew from the common one. */
    public Parameters personalised(Objective objective, Parameters common, RandomGenerator random) {
        return training.train(objective, common, random).model();
    }
}
