// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;

/**
 * Rényi divergence of one use of the subsampled Gaussian (Mironov, Talwar, Zhang, arXiv 1908.10530): section 3.3, the binomial sum
 * for integer orders and the two series of erfc for the others, in log space.
 */
final class GaussianRdp {

    private static final double NEGLIGIBLE = -30;
    /** Above this rate the terms of the series hardly fall. */
    private static final double MOST_OF_SERIES = 0.5;

    private static final int MOST_TERMS = 20_000;

    private final double q;
    private final double variance;

    GaussianRdp(SubsampledGaussian gaussian) {
        this.q = gaussian.samplingRate();
        this.variance = gaussian.noiseMultiplier() * gaussian.noiseMultiplier();
    }

    /** @param order α, above 1 */
    double at(double order) {
        if (q == 1) {
            return order / (2 * variance);
        }
        if (order == Math.rint(order)) {
            return Math.max(0, binomial((int) order) / (order - 1));
        }
        double unsampled = order / (2 * variance);
        return Math.clamp((q > MOST_OF_SERIES ? chord(order) : series(order)) / (order - 1), 0, unsampled);
    }

    private double binomial(int order) {
        double logChoose = 0;
        double sum = Double.NEGATIVE_INFINITY;
        for (int k = 0; k <= order; k++) {
            double log = logChoose + k * Math.log(q) + (order - k) * Math.log1p(-q);
            sum = logAdd(sum, log + ((double) k * k - k) / (2 * variance));
            logChoose += Math.log((double) (order - k) / (k + 1));
        }
        return sum;
    }

    private double series(double order) {
        double z = variance * Math.log(1 / q - 1) + 0.5;
        double logChoose = 0;
        int sign = 1;
        double plus = Double.NEGATIVE_INFINITY;
        double minus = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < MOST_TERMS; i++) {
            double j = order - i;
            double below = term(logChoose, i, j, i) + logHalfErfc(i - z);
            double above = term(logChoose, j, i, j) + logHalfErfc(z - j);
            double both = logAdd(below, above);
            plus = sign > 0 ? logAdd(plus, both) : plus;
            minus = sign > 0 ? minus : logAdd(minus, both);
            if (i > order && both < plus + NEGLIGIBLE - 10) {
                return plus + Math.log1p(-Math.exp(minus - plus));
            }
            logChoose += Math.log(Math.abs(j) / (i + 1));
            sign = j < 0 ? -sign : sign;
        }
        return chord(order);
    }

    /**
     * An upper bound where the series ends late, as it does where most are sampled: the logarithm of the moment is convex in the order,
     * so that it lies below the chord between the integers beside it; of order 1 it is 0.
     */
    private double chord(double order) {
        int below = (int) Math.floor(order);
        double left = below == 1 ? 0 : binomial(below);
        return left + (order - below) * (binomial(below + 1) - left);
    }

    /** ln of C(α, i) q^ofQ (1−q)^ofRest exp((e²−e)/(2σ²)). */
    private double term(double logChoose, double ofQ, double ofRest, double e) {
        return logChoose + ofQ * Math.log(q) + ofRest * Math.log1p(-q) + (e * e - e) / (2 * variance);
    }

    private double logHalfErfc(double distance) {
        return NormalTail.logErfc(distance / Math.sqrt(2 * variance)) - Math.log(2);
    }

    private static double logAdd(double a, double b) {
        double most = Math.max(a, b);
        return most == Double.NEGATIVE_INFINITY ? most : most + Math.log1p(Math.exp(Math.min(a, b) - most));
    }
}
