// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Chooses how much an update is compressed: as little as the budget of the federation, the bandwidth of the device and the deadline
 * of the round allow.
 *
 * @param mostBytes of one update on the wire, above 0
 * @param share of the time that is left which sending may take, above 0 and at most 1; the rest is for what goes wrong
 * @param leastShare of the values that is worth sending, above 0 and at most 1
 */
public record UploadBudget(long mostBytes, double share, double leastShare) {

    /** From what loses least to what loses most; longer chunks save the last bytes. */
    private static final List<Scheme> DENSE =
            List.of(Scheme.dense(32), Scheme.dense(8), Scheme.dense(4), new Scheme(new Scheme.Places.All(), 4, 1024));

    public UploadBudget {
        if (mostBytes < 1 || !(share > 0 && share <= 1) || !(leastShare > 0 && leastShare <= 1)) {
            throw new IllegalArgumentException("a budget is above 0, its shares above 0 and at most 1");
        }
    }

    /** So many bytes, in half of the time that is left, and at least one value in a thousand. */
    public static UploadBudget ofBytes(long mostBytes) {
        return new UploadBudget(mostBytes, 0.5, 0.001);
    }

    /**
     * The scheme that loses least among those that fit: float32, 8 bits, 4 bits, then as many of the greatest values as fit, with 8
     * bits. Empty if not even the least share fits: the device had better sit out the round.
     *
     * @param size values of the model
     * @param left until the deadline
     */
    public Optional<Scheme> choose(int size, Bandwidth bandwidth, Duration left) {
        double inTime = bandwidth.bytesPerSecond() * share * Math.max(0, left.toNanos() / 1e9);
        long bytes = (long) Math.min(mostBytes, inTime);
        for (Scheme dense : DENSE) {
            if (dense.mostBytes(size) <= bytes) {
                return Optional.of(dense);
            }
        }
        int most = mostPlaces(size, bytes);
        return most >= Math.max(1, size * leastShare) ? Optional.of(Scheme.top(most, 8)) : Optional.empty();
    }

    private static int mostPlaces(int size, long bytes) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = low + (high - low + 1) / 2;
            if (Scheme.top(middle, 8).mostBytes(size) <= bytes) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
