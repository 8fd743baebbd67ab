// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What callers thought of answers: scores of 0 to 1, kept in hundredths. Not safe for use by several threads. */
public final class Scores {

    private static final int BEST = 100;
    private static final int HALF = 50;

    private final TreeMap<Integer, Long> byHundredth = new TreeMap<>();
    private long count;

    /** Counts a score; what is no number of 0 to 1 is left out. */
    public void add(double score) {
        if (score >= 0 && score <= 1) {
            byHundredth.merge((int) Math.round(score * BEST), 1L, Long::sum);
            count++;
        }
    }

    /** Counts everything that another holds. */
    public void addAll(Scores other) {
        other.byHundredth.forEach((score, times) -> byHundredth.merge(score, times, Long::sum));
        count += other.count;
    }

    /** How many were counted. */
    public long count() {
        return count;
    }

    /** The mean; NaN where none was counted. */
    public double mean() {
        return sum() / BEST / count;
    }

    /** How many are below a half. */
    long negative() {
        return byHundredth.headMap(HALF).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** How far each score is from the best, in hundredths; at most the worst, each as far again as {@code more}. */
    SortedMap<Integer, Long> shortfalls(double more) {
        TreeMap<Integer, Long> all = new TreeMap<>();
        int added = (int) Math.round(more * BEST);
        byHundredth.forEach((score, times) -> all.merge(Math.min(BEST, BEST - score + added), times, Long::sum));
        return Collections.unmodifiableSortedMap(all);
    }

    private double sum() {
        return byHundredth.entrySet().stream()
                .mapToDouble(each -> (double) each.getKey() * each.getValue())
                .sum();
    }
}
