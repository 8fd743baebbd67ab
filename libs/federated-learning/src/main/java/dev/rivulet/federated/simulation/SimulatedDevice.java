// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import dev.rivulet.federated.training.Examples;
import dev.rivulet.federated.training.Shuffle;
import java.util.random.RandomGenerator;

/**
 * One device's data.
 *
 * @param train what it learns from
 * @param test what it is measured with
 */
public record SimulatedDevice(String name, Examples train, Examples test) {

    /**
     * Splits examples at random.
     *
     * @param share that is learnt from, above 0 and below 1; rounded down
     */
    public static SimulatedDevice split(String name, Examples all, double share, RandomGenerator random) {
        int[] order = Shuffle.upTo(all.count());
        Shuffle.inPlace(order, random);
        int cut = (int) (share * order.length);
        return new SimulatedDevice(name, all.picked(order, 0, cut), all.picked(order, cut, order.length));
    }
}
