// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import java.util.Arrays;

/** Durations in nanoseconds, up to a limit; what comes after it is counted and not kept. */
final class Samples {
    private static final int MOST = 1 << 20;

    private long[] nanos = new long[256];
    private int size;

    synchronized void add(long sample) {
        if (size == MOST) {
            return;
        }
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, Math.min(MOST, size * 2));
        }
        nanos[size++] = sample;
    }

    synchronized boolean isEmpty() {
        return size == 0;
    }

    /**
     * The smallest sample that at least a share of all samples does not exceed, in milliseconds.
     *
     * @param share from 0 to 1
     */
    synchronized double millis(double share) {
        if (size == 0) {
            throw new IllegalStateException("There are no samples");
        }
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(share * size) - 1;
        return sorted[Math.clamp(rank, 0, size - 1)] / 1e6;
    }
}
