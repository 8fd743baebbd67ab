// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federated.update.Update;
import java.util.Map;
import java.util.Optional;

/**
 * What a round keeps of an update; its bytes are elsewhere.
 *
 * @param sha256 of its bytes
 * @param size of its bytes
 * @param weight number of examples
 * @param metrics by name
 */
public record Contribution(String sha256, long size, double weight, Map<String, Double> metrics) {

    public Contribution {
        metrics = Map.copyOf(metrics);
    }

    /** Mean loss of the base on the device's examples, if it said. */
    public Optional<Double> lossBefore() {
        return Optional.ofNullable(metrics.get(Update.LOSS_BEFORE));
    }
}
