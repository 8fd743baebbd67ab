// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

/**
 * How many others a device masks with (Bell et al., eprint 2020/704, section 3.3): the smallest even k with which, of n devices of
 * which a fifth plot with the server and three tenths drop out,
 *
 * <ul>
 *   <li>with probability 1 − 2⁻⁴⁰ no device has t plotters among its k, and
 *   <li>with probability 1 − 2⁻²⁰ every device keeps t of its k,
 * </ul>
 *
 * where t is more than half of the k + 1 of a circle. Both are tails of the hypergeometric distribution, times n.
 */
final class MaskDegree {

    /** Members that a circle has at least where more than {@value MaskGraph#COMPLETE_UNTIL} devices take part. */
    static final int LEAST_CIRCLE = 63;

    private static final double PLOTTERS = 0.2;
    private static final double DROPPED = 0.3;
    private static final double SAFE = Math.pow(2, -40);
    private static final double SOUND = Math.pow(2, -20);

    private MaskDegree() {}

    /** k, even; n − 1 or more means everybody. */
    static int of(int devices) {
        if (devices <= MaskGraph.COMPLETE_UNTIL) {
            return devices;
        }
        int others = devices - 1;
        int plotters = (int) Math.ceil(PLOTTERS * devices);
        int kept = others - (int) Math.ceil(DROPPED * devices);
        for (int k = 2; k < others; k += 2) {
            int threshold = threshold(k);
            double exposed = devices * tail(others, plotters, k, threshold, k);
            double lost = devices * tail(others, kept, k, 0, threshold - 1);
            if (exposed <= SAFE && lost <= SOUND) {
                return k;
            }
        }
        return devices;
    }

    static int threshold(int degree) {
        return (degree + 1) / 2 + 1;
    }

    /** The probability that a draw of k out of n, of which m are marked, has from low to high marked ones. */
    static double tail(int n, int m, int k, int low, int high) {
        double all = logChoose(n, k);
        double sum = 0;
        for (int hit = Math.max(low, k - (n - m)); hit <= Math.min(high, Math.min(k, m)); hit++) {
            sum += Math.exp(logChoose(m, hit) + logChoose(n - m, k - hit) - all);
        }
        return sum;
    }

    private static double logChoose(int n, int k) {
        return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
    }

    /** Stirling's series, exact to 1e-12 from 16 on. */
    private static double logFactorial(int n) {
        if (n < 16) {
            double product = 1;
            for (int i = 2; i <= n; i++) {
                product *= i;
            }
            return Math.log(product);
        }
        double x = n;
        double cubed = x * x * x;
        return x * Math.log(x)
                - x
                + 0.5 * Math.log(2 * Math.PI * x)
                + 1 / (12 * x)
                - 1 / (360 * cubed)
                + 1 / (1260 * cubed * x * x);
    }
}
