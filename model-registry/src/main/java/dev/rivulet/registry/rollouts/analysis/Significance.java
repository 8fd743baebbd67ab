// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import java.util.SortedMap;
import java.util.TreeSet;

/** How likely what is seen would be if the candidate were no worse: one-sided tests. */
final class Significance {

    /** The normal approximation of a table of two proportions holds from this many expected in each cell (Cochran 1954: 5). */
    private static final double ENOUGH_EXPECTED = 10;

    private static final double[] LANCZOS = {
        676.5203681218851,
        -1259.1392167224028,
        771.32342877765313,
        -176.61502916214059,
        12.507343278686905,
        -0.13857109526572012,
        9.9843695780195716e-6,
        1.5056327351493116e-7
    };

    /** Highest power first. */
    private static final double[] ERFC = {
        0.17087277,
        -0.82215223,
        1.48851587,
        -1.13520398,
        0.27886807,
        -0.18628806,
        0.09678418,
        0.37409196,
        1.00002368,
        -1.26551223
    };

    private Significance() {}

    /**
     * The chance of {@code hits} or more of {@code of}, if these had the same rate as {@code baseHits} of {@code baseOf}: Fisher's
     * exact test (R. A. Fisher, 1922), or the pooled two-proportion z-test where every cell expects ten or more.
     */
    static double moreOften(long hits, long of, long baseHits, long baseOf) {
        if (hits == 0 || of == 0 || baseOf == 0) {
            return 1;
        }
        double pooled = (double) (hits + baseHits) / (of + baseOf);
        double fewest = Math.min(pooled, 1 - pooled) * Math.min(of, baseOf);
        if (fewest < ENOUGH_EXPECTED) {
            return fisher(hits, of, hits + baseHits, of + baseOf);
        }
        double spread = Math.sqrt(pooled * (1 - pooled) * (1.0 / of + 1.0 / baseOf));
        return normalAbove(((double) hits / of - (double) baseHits / baseOf) / spread);
    }

    /** The upper tail of the hypergeometric distribution. */
    private static double fisher(long hits, long of, long allHits, long all) {
        long most = Math.min(of, allHits);
        double term = Math.exp(logChoose(allHits, hits) + logChoose(all - allHits, of - hits) - logChoose(all, of));
        double sum = 0;
        for (long x = hits; x <= most && term > 0; x++) {
            sum += term;
            term *= (double) (allHits - x) * (of - x) / ((double) (x + 1) * (all - allHits - of + x + 1));
        }
        return Math.min(1, sum);
    }

    /**
     * The chance that values drawn as those of {@code base} lie as far above them as those of {@code seen}: the Mann-Whitney U
     * test (1947) with the normal approximation and the correction for ties (E. L. Lehmann, Nonparametrics, 1975, 1.4).
     */
    static double greater(SortedMap<Integer, Long> seen, SortedMap<Integer, Long> base) {
        double n = total(seen);
        double m = total(base);
        double all = n + m;
        double u = 0;
        double below = 0;
        double ties = 0;
        for (int bucket : union(seen, base)) {
            double a = seen.getOrDefault(bucket, 0L);
            double b = base.getOrDefault(bucket, 0L);
            u += a * (below + b / 2);
            below += b;
            double tied = a + b;
            ties += tied * (tied * tied - 1);
        }
        double variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
        if (!(variance > 0)) {
            return 1;
        }
        return normalAbove((u - n * m / 2 - 0.5) / Math.sqrt(variance));
    }

    static double greater(Histogram seen, Histogram base) {
        return greater(seen.buckets(), base.buckets());
    }

    /** The chance of {@code hits} or more of {@code of} if each is one by this chance: the exact binomial test. */
    static double atLeast(long hits, long of, double chance) {
        if (hits == 0 || chance >= 1) {
            return 1;
        }
        if (chance <= 0) {
            return 0;
        }
        double sum = 0;
        for (long x = hits; x <= of; x++) {
            sum += Math.exp(logChoose(of, x) + x * Math.log(chance) + (of - x) * Math.log1p(-chance));
        }
        return Math.min(1, sum);
    }

    private static double total(SortedMap<Integer, Long> values) {
        return values.values().stream().mapToLong(Long::longValue).sum();
    }

    private static TreeSet<Integer> union(SortedMap<Integer, Long> one, SortedMap<Integer, Long> other) {
        TreeSet<Integer> all = new TreeSet<>(one.keySet());
        all.addAll(other.keySet());
        return all;
    }

    /** The upper tail of the standard normal distribution; erfc of Press et al., Numerical Recipes, relative error below 1.2e-7. */
    static double normalAbove(double z) {
        double x = Math.abs(z) / Math.sqrt(2);
        double t = 1 / (1 + 0.5 * x);
        double series = 0;
        for (double coefficient : ERFC) {
            series = coefficient + t * series;
        }
        double upper = t * Math.exp(-x * x + series) / 2;
        return z >= 0 ? upper : 1 - upper;
    }

    private static double logChoose(long n, long k) {
        return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
    }

    /** Of Lanczos' approximation of the gamma function (g = 7, n = 9), relative error below 1e-14. */
    static double logFactorial(long n) {
        double series = 0.99999999999980993;
        for (int i = 0; i < LANCZOS.length; i++) {
            series += LANCZOS[i] / (n + i + 1);
        }
        double t = n + 7.5;
        return 0.5 * Math.log(2 * Math.PI) + (n + 0.5) * Math.log(t) - t + Math.log(series);
    }
}
