// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import java.util.Arrays;
import java.util.OptionalLong;

/** The last times that something took, in nanoseconds, and a quantile of them. Safe for use by many threads. */
final class RecentTimes {

    static final int ENOUGH = 20;
    private static final int KEPT = 256;
    private static final int STALE = 16;

    private final double quantile;
    private final long[] times = new long[KEPT];
    private long count;
    private long counted;
    private long known;

    /** @param quantile above 0 and at most 1 */
    RecentTimes(double quantile) {
        this.quantile = quantile;
    }

    synchronized void add(long nanos) {
        times[(int) (count % KEPT)] = nanos;
        count++;
    }

    /** The quantile by nearest rank, up to 15 times late; empty until {@link #ENOUGH} times are known. */
    synchronized OptionalLong quantile() {
        if (count < ENOUGH) {
            return OptionalLong.empty();
        }
        if (counted == 0 || count - counted >= STALE) {
            long[] sorted = Arrays.copyOf(times, (int) Math.min(count, KEPT));
            Arrays.sort(sorted);
            known = sorted[(int) Math.ceil(quantile * sorted.length) - 1];
            counted = count;
        }
        return OptionalLong.of(known);
    }
}
