// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import dev.rivulet.federated.training.LocalTraining.Trained;
import dev.rivulet.federated.update.Parameters;
import java.util.random.RandomGenerator;

/**
 * Ditto (Li et al., arXiv 2012.04221, algorithm 1): beside the common model, each device trains one of its own that is pulled to the
 * common one: {@code v −= η (∇F(v) + λ (v − w))}. The common model is trained by any strategy.
 *
 * @param training of the device's own model; its {@code mu} is λ: 0 is a model of the device alone, much is the common one
 */
public record Ditto(LocalTraining training) {

    /**
     * One round of the device's own model.
     *
     * @param own v: the common model before the first round
     * @param common w
     */
    public Trained train(Objective objective, Parameters own, Parameters common, RandomGenerator random) {
        return training.train(objective, own, common, null, random);
    }
}
