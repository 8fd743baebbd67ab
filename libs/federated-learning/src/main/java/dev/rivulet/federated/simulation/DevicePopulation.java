// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import java.util.List;

/** Devices by their number; one that is made anew each time it is asked for takes memory only while it trains. Safe for threads. */
public interface DevicePopulation {

    /** How many, 1 or more. */
    int count();

    /**
     * A device: always the same for the same number.
     *
     * @param number 0 to before {@link #count()}
     */
    SimulatedDevice device(int number);

    /** Devices that are in memory. */
    static DevicePopulation of(List<SimulatedDevice> devices) {
        List<SimulatedDevice> kept = List.copyOf(devices);
        return new DevicePopulation() {
            @Override
            public int count() {
                return kept.size();
            }

            @Override
            public SimulatedDevice device(int number) {
                return kept.get(number);
            }
        };
    }

    /**
     * Devices of Synthetic(α, β), each drawn from a seed of its own when it is asked for.
     *
     * @param seed of all of them
     */
    static DevicePopulation of(Synthetic synthetic, long seed) {
        return new DevicePopulation() {
            @Override
            public int count() {
                return synthetic.devices();
            }

            @Override
            public SimulatedDevice device(int number) {
                return synthetic.device(number, seed);
            }
        };
    }
}
