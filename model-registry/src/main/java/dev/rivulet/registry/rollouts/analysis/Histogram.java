// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Times in buckets whose bounds grow by 2<sup>1/16</sup> (4.4 %), from 10 µs to 100 s; what lies beyond counts in the last. Only
 * buckets that hold something take memory, 385 at most. Not safe for use by several threads.
 */
public final class Histogram {

    static final double GROWTH = Math.pow(2, 1.0 / 16);

    private static final double SMALLEST = 1e-5;
    private static final int LAST = 384;

    private final SortedMap<Integer, Long> buckets = new TreeMap<>();
    private long count;

    /**
     * Counts a time.
     *
     * @param seconds what is no number or negative is left out: it was not measured
     */
    public void add(double seconds) {
        if (seconds >= 0 && seconds < Double.POSITIVE_INFINITY) {
            buckets.merge(bucket(seconds), 1L, Long::sum);
            count++;
        }
    }

    /** Counts everything that another holds. */
    public void addAll(Histogram other) {
        other.buckets.forEach((bucket, times) -> buckets.merge(bucket, times, Long::sum));
        count += other.count;
    }

    /** How many times were counted. */
    public long count() {
        return count;
    }

    /**
     * The time below or at which a share of all lies, in seconds, right to 2.2 %.
     *
     * @param share 0 to 1
     * @return NaN where nothing was counted
     */
    public double quantile(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (var bucket : buckets.entrySet()) {
            seen += bucket.getValue();
            if (seen >= rank) {
                return SMALLEST * Math.pow(GROWTH, bucket.getKey() + 0.5);
            }
        }
        return Double.NaN;
    }

    /** How many lie in buckets above the one of this time. */
    long above(double seconds) {
        return buckets.tailMap(bucket(seconds) + 1).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The same times, each multiplied by this factor, rounded to whole buckets. */
    Histogram times(double factor) {
        int shift = (int) Math.round(Math.log(factor) / Math.log(GROWTH));
        Histogram scaled = new Histogram();
        buckets.forEach(
                (bucket, times) -> scaled.buckets.merge(Math.clamp((long) bucket + shift, 0, LAST), times, Long::sum));
        scaled.count = count;
        return scaled;
    }

    SortedMap<Integer, Long> buckets() {
        return buckets;
    }

    private static int bucket(double seconds) {
        if (seconds <= SMALLEST) {
            return 0;
        }
        return (int) Math.min(LAST, Math.floor(Math.log(seconds / SMALLEST) / Math.log(GROWTH)));
    }
}
