// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import dev.rivulet.federated.training.LocalTraining.Trained;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.random.RandomGenerator;

/**
 * A device's side of SCAFFOLD (arXiv 1910.06378, algorithm 1, option II): steps are corrected by {@code c − c_i}, and
 * {@code c_i⁺ = c_i − c + (x − y) / (K η)}. It keeps {@code c_i} from one of its rounds to the next; not safe for threads.
 */
public final class ScaffoldDevice {

    private final String device;
    private Parameters control;

    /** @param control {@code c_i}: zeros before the first round, or what was kept over a restart */
    public ScaffoldDevice(String device, Parameters control) {
        this.device = device;
        this.control = control;
    }

    /**
     * One round.
     *
     * @param model x
     * @param version of the model
     * @param serverControl c
     */
    public Update train(
            LocalTraining training,
            Objective objective,
            Parameters model,
            long version,
            Parameters serverControl,
            RandomGenerator random) {
        Parameters correction = serverControl.minus(control);
        Trained trained = training.train(objective, model, model, correction, random);
        Parameters delta = trained.model().minus(model);
        Parameters change = Parameters.zeros(model.layout())
                .minus(serverControl)
                .plus(delta, -1f / (trained.steps() * training.rate()));
        control = control.plus(change, 1);
        return Update.delta(device, delta, objective.count(), version).withControl(change);
    }

    /** {@code c_i}; to be kept over a restart. */
    public Parameters control() {
        return control;
    }
}
