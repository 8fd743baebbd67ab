// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

/** Tails of the normal distribution, accurate in relative terms where they are far below the smallest double. */
final class NormalTail {

    private static final double SERIES_UNTIL = 2.0;
    private static final int FRACTION_DEPTH = 120;
    private static final double HALF_LOG_PI = 0.5 * Math.log(Math.PI);

    private NormalTail() {}

    /** P(Z > x) of a standard normal. */
    static double upper(double x) {
        return Math.exp(logUpper(x));
    }

    /** ln P(Z > x) of a standard normal. */
    static double logUpper(double x) {
        return logErfc(x / Math.sqrt(2)) - Math.log(2);
    }

    /** ln erfc(x): by the Maclaurin series of erf near zero, by Laplace's continued fraction beyond. */
    static double logErfc(double x) {
        if (x < 0) {
            return x < -SERIES_UNTIL ? Math.log1p(1 - Math.exp(logErfc(-x))) : Math.log1p(erf(-x));
        }
        return x < SERIES_UNTIL ? Math.log1p(-erf(x)) : -x * x - HALF_LOG_PI + Math.log(laplace(x));
    }

    private static double erf(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; n < 100 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return sum * 2 / Math.sqrt(Math.PI) * Math.exp(-x * x);
    }

    /** √π · e^(x²) · erfc(x) = 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))). */
    private static double laplace(double x) {
        double tail = x;
        for (int k = FRACTION_DEPTH; k > 0; k--) {
            tail = x + k / 2.0 / tail;
        }
        return 1 / tail;
    }
}
