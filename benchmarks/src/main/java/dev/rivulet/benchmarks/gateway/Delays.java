// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import java.util.Arrays;

/** Times of one measurement in nanoseconds; those beyond the first ten million are counted and not kept. */
final class Delays {

    private static final int MOST = 10_000_000;

    private long[] values = new long[1_024];
    private int kept;
    private long count;

    synchronized void add(long nanos) {
        count++;
        if (kept == MOST) {
            return;
        }
        if (kept == values.length) {
            values = Arrays.copyOf(values, Math.min(MOST, values.length * 2));
        }
        values[kept++] = nanos;
    }

    synchronized long count() {
        return count;
    }

    /**
     * A percentile by the nearest rank.
     *
     * @param percent above 0, at most 100
     * @return milliseconds; not a number if there is no value
     */
    synchronized double millis(double percent) {
        if (kept == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(values, kept);
        Arrays.sort(sorted);
        int rank = (int) Math.ceil(percent / 100 * kept);
        return sorted[Math.clamp(rank - 1L, 0, kept - 1)] / 1e6;
    }
}
