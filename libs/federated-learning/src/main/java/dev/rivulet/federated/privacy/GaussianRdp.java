package dev.rivulet.federated.privacy;

import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;

/**
 * Rényi divergence of one use of the subsampled Gaussian (Mironov, Talwar, Zhang, arXiv 1908.10530): section 3.3, the binomial sum
 * for integer orders and the two series of erfc for the others, in log space.
 */
final class GaussianRdp {

    private static final double NEGLIGIBLE = -30;
    private static final int MOST_TERMS = 100_000;

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
        double log = order == Math.rint(order) ? binomial((int) order) : series(order);
        return Math.max(0, log / (order - 1));
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
        throw new ArithmeticException("the series of order " + order + " does not end");
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
