// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.simulation;

import dev.rivulet.buildings.Building;
import dev.rivulet.buildings.Neighbourhood;
import dev.rivulet.buildings.intent.IntentClassifier;
import dev.rivulet.federated.simulation.DevicePopulation;
import dev.rivulet.federated.simulation.SimulatedDevice;
import dev.rivulet.federated.simulation.Synthetic;
import dev.rivulet.federated.training.Network;
import dev.rivulet.federated.training.SoftmaxRegression;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.models.BuildingSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What is simulated.
 *
 * @param devices and their data
 * @param network that they train
 * @param start first model
 */
record Fleet(DevicePopulation devices, Network network, Parameters start) {
    /** Features of buildings are kept in memory. */
    static final int MOST_BUILDINGS = 400;

    /** Synthetic(α, β), drawn device by device when one is asked for. */
    static Fleet of(Synthetic synthetic, long seed) {
        Network network = new SoftmaxRegression(Synthetic.DIMENSIONS, Synthetic.CLASSES);
        return new Fleet(DevicePopulation.of(synthetic, seed), network, Parameters.zeros(network.layout()));
    }

    /** Buildings, from the built-in classifier on. */
    static Fleet ofBuildings(Path models, int count, long seed) throws IOException {
        if (count > MOST_BUILDINGS) {
            throw new IllegalArgumentException(
                    "there are at most " + MOST_BUILDINGS + " buildings: their features are kept");
        }
        BuildingSchema schema = BuildingSchema.read(models.resolve("building/schema.json"));
        try (IntentClassifier classifier = IntentClassifier.load(models.resolve("artefacts/rivulet-intent"), 2)) {
            List<SimulatedDevice> devices = new ArrayList<>();
            for (Building building : new Neighbourhood(schema, Neighbourhood.Size.USUAL, seed).buildings(count)) {
                devices.add(new SimulatedDevice(
                        building.name(),
                        classifier.examples(building.train()),
                        classifier.examples(building.heldOut())));
            }
            return new Fleet(DevicePopulation.of(devices), classifier.network(), classifier.shipped());
        }
    }
}
