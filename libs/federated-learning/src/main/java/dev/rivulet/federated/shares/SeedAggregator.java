// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import dev.rivulet.federated.secagg.KeyStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One of the two aggregators that hold seeds: {@value KeyStream#KEY_BYTES} bytes of a device. Not safe for many threads. */
public final class SeedAggregator {

    private final SumSpace space;
    private final int minimum;
    private final Map<Integer, byte[]> seeds = new HashMap<>();
    private @Nullable Set<Integer> answered;

    /** @param minimum of devices that it answers for, at least 2 */
    public SeedAggregator(SumSpace space, int minimum) {
        this.space = space;
        this.minimum = SumOfRests.requireMinimum(minimum);
    }

    /** @throws IllegalArgumentException if the device has sent one before, or too many have, or it is no seed */
    public void accept(int device, byte[] seed) {
        if (seed.length != KeyStream.KEY_BYTES || seeds.size() >= space.devices()) {
            throw new IllegalArgumentException(
                    "a seed has " + KeyStream.KEY_BYTES + " bytes, and a sum at most " + space.devices() + " devices");
        }
        if (answered != null || seeds.putIfAbsent(device, seed.clone()) != null) {
            throw new IllegalArgumentException("the seed of device " + device + " is too late, or its second");
        }
    }

    /**
     * The sum of the streams of devices, modulo 2³². Of one set alone: the difference of two sets would tell something of a device.
     *
     * @throws IllegalArgumentException if too few devices are asked for, an unknown one, or other ones than before
     */
    public int[] partial(Set<Integer> devices) {
        if (devices.size() < minimum || !seeds.keySet().containsAll(devices)) {
            throw new IllegalArgumentException(
                    "a partial sum is of at least " + minimum + " devices, all of which have sent their seed");
        }
        if (answered != null && !answered.equals(devices)) {
            throw new IllegalArgumentException("a partial sum of other devices was given before");
        }
        answered = Set.copyOf(devices);
        int[] sum = new int[space.length()];
        for (Map.Entry<Integer, byte[]> each : seeds.entrySet()) {
            if (devices.contains(each.getKey())) {
                new KeyStream(each.getValue()).addTo(sum);
            }
        }
        return sum;
    }
}
