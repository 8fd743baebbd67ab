// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.demo;

import dev.rivulet.federated.simulation.SimulatedDevice;
import dev.rivulet.federated.training.Evaluation;
import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.LocalTraining;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.update.Parameters;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Accuracies on the held-out wordings of all buildings, which a federation's is held against.
 *
 * @param network that is trained
 * @param start that it is trained from
 * @param devices the buildings
 * @param seed of the order of examples
 */
record Figures(Network network, Parameters start, List<SimulatedDevice> devices, long seed) {

    /** Passes over the data of a building alone, and over all data: more changed neither figure by a point. */
    private static final LocalTraining ALONE = new LocalTraining(20, 10, 0.05f, 0);

    Figures {
        devices = List.copyOf(devices);
    }

    /** Of one model for all buildings. */
    Evaluation of(Parameters model) {
        return Evaluation.over(devices.stream()
                .map(device -> network.evaluate(model, device.test()))
                .toList());
    }

    /** Of a model for each building, trained on its own data: the mean over buildings. */
    double alone() {
        double sum = 0;
        for (SimulatedDevice device : devices) {
            sum += network.evaluate(trained(device.train()), device.test()).accuracy();
        }
        return sum / devices.size();
    }

    /** Of one model trained on the data of all, which a federation never brings together. */
    double pooled() {
        return of(trained(pool())).accuracy();
    }

    private Parameters trained(Examples examples) {
        return ALONE.train(network.on(examples), start, new SplittableRandom(seed))
                .model();
    }

    private Examples pool() {
        Examples first = devices.getFirst().train();
        int count = devices.stream().mapToInt(device -> device.train().count()).sum();
        float[] features = new float[count * first.dimensions()];
        int[] labels = new int[count];
        int at = 0;
        for (SimulatedDevice device : devices) {
            Examples own = device.train();
            System.arraycopy(own.features(), 0, features, at * own.dimensions(), own.features().length);
            System.arraycopy(own.labels(), 0, labels, at, own.count());
            at += own.count();
        }
        return new Examples(first.dimensions(), first.classes(), features, labels);
    }
}
