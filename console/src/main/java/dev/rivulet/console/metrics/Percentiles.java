// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Percentiles of a histogram, in seconds, by a straight line inside the bucket as Prometheus' {@code histogram_quantile} draws it: no
 * finer than the buckets are. What lies above the last finite bound is told as that bound.
 *
 * @param p50 half of them took at most this
 * @param p95 95 of 100
 * @param p99 99 of 100
 * @param count of how many
 */
record Percentiles(double p50, double p95, double p99, long count) {

    /**
     * Draws them from what a histogram grew by.
     *
     * @param buckets growth of {@code …_bucket} series, whose label {@code le} is the upper bound and which count all below it
     * @return null if nothing was counted
     */
    static @Nullable Percentiles of(List<Sample> buckets) {
        TreeMap<Double, Double> cumulative = new TreeMap<>();
        for (Sample bucket : buckets) {
            double bound = bucket.label("le").equals("+Inf")
                    ? Double.POSITIVE_INFINITY
                    : Double.parseDouble(bucket.label("le"));
            cumulative.merge(bound, bucket.value(), Double::sum);
        }
        double total = cumulative.isEmpty() ? 0 : cumulative.lastEntry().getValue();
        if (total <= 0) {
            return null;
        }
        return new Percentiles(
                at(cumulative, 0.5 * total), at(cumulative, 0.95 * total), at(cumulative, 0.99 * total), (long) total);
    }

    private static double at(TreeMap<Double, Double> cumulative, double rank) {
        double lower = 0;
        double below = 0;
        for (Map.Entry<Double, Double> bucket : cumulative.entrySet()) {
            double upper = bucket.getKey();
            double upTo = bucket.getValue();
            if (upTo >= rank) {
                boolean open = Double.isInfinite(upper) || upTo <= below;
                return open ? lower : lower + (upper - lower) * (rank - below) / (upTo - below);
            }
            lower = upper;
            below = upTo;
        }
        return lower;
    }
}
