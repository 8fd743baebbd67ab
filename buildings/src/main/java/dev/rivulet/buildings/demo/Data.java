// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.demo;

import dev.rivulet.buildings.Building;
import dev.rivulet.buildings.intent.IntentClassifier;
import dev.rivulet.federated.simulation.SimulatedDevice;
import java.util.List;

/**
 * The buildings' requests as features.
 *
 * @param devices one for each building
 */
record Data(List<SimulatedDevice> devices) {

    Data {
        devices = List.copyOf(devices);
    }

    static Data of(List<Building> buildings, IntentClassifier classifier) {
        return new Data(buildings.stream()
                .map(building -> new SimulatedDevice(
                        building.name(),
                        classifier.examples(building.train()),
                        classifier.examples(building.heldOut())))
                .toList());
    }
}
