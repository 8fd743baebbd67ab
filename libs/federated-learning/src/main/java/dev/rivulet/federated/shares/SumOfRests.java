// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import java.util.Set;
import java.util.TreeSet;

/**
 * The third aggregator: a running sum of what is missing to the streams of the seeds, and whose it is. Not safe for many threads.
 */
public final class SumOfRests {

    private final SumSpace space;
    private final int minimum;
    private final int[] sum;
    private final Set<Integer> devices = new TreeSet<>();

    /** @param minimum of devices in a sum, at least 2 */
    public SumOfRests(SumSpace space, int minimum) {
        this.space = space;
        this.minimum = requireMinimum(minimum);
        this.sum = new int[space.length()];
    }

    static int requireMinimum(int minimum) {
        if (minimum < 2) {
            throw new IllegalArgumentException("a sum of fewer than 2 devices hides nothing");
        }
        return minimum;
    }

    /** @throws IllegalArgumentException if the device has sent one before, or too many have, or it has another length */
    public void accept(int device, int[] rest) {
        if (rest.length != sum.length || devices.size() >= space.devices()) {
            throw new IllegalArgumentException(
                    "a share has " + sum.length + " values, and a sum at most " + space.devices() + " devices");
        }
        if (!devices.add(device)) {
            throw new IllegalArgumentException("device " + device + " has sent its share before");
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] += rest[i];
        }
    }

    /** Whose shares are in the sum. */
    public Set<Integer> devices() {
        return new TreeSet<>(devices);
    }

    /**
     * The sum of the vectors, as signed integers.
     *
     * @param first what the first aggregator answered for {@link #devices()}
     * @param second what the second one did
     * @throws IllegalStateException if too few devices are in it
     */
    public int[] complete(int[] first, int[] second) {
        if (devices.size() < minimum) {
            throw new IllegalStateException(
                    "only " + devices.size() + " devices have sent their shares, and " + minimum + " are needed");
        }
        int[] total = new int[sum.length];
        for (int i = 0; i < total.length; i++) {
            total[i] = sum[i] + first[i] + second[i];
        }
        return space.centre(total);
    }
}
