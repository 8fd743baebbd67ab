// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import java.util.Arrays;

/**
 * The discrete Fourier transform of real signals of one even length, by a mixed-radix Stockham transform of half the length over pairs of
 * samples. For 400 points the factors are 4, 2, 5 and 5. Immutable; working space comes from the caller.
 */
final class RealFourier {

    private static final int[] RADICES = {4, 2, 3, 5};

    private final int half;
    private final int[] factors;
    /** cos and −sin of 2πk over the half length. */
    private final double[] cos;

    private final double[] sin;
    /** cos and −sin of 2πk over the whole length. */
    private final double[] wholeCos;

    private final double[] wholeSin;

    RealFourier(int length) {
        if (length < 2 || length % 2 != 0) {
            throw new IllegalArgumentException("the length must be even, not " + length);
        }
        this.half = length / 2;
        this.factors = factors(half);
        this.cos = new double[half];
        this.sin = new double[half];
        this.wholeCos = new double[half + 1];
        this.wholeSin = new double[half + 1];
        for (int k = 0; k <= half; k++) {
            wholeCos[k] = Math.cos(Math.PI * k / half);
            wholeSin[k] = -Math.sin(Math.PI * k / half);
            if (k < half) {
                cos[k] = Math.cos(2 * Math.PI * k / half);
                sin[k] = -Math.sin(2 * Math.PI * k / half);
            }
        }
    }

    /** How many doubles {@link #power} needs to work in. */
    int workSize() {
        return 4 * half;
    }

    /**
     * The squared magnitudes of the spectrum.
     *
     * @param signal length samples
     * @param work {@link #workSize} doubles
     * @param power length/2 + 1 results
     */
    void power(double[] signal, double[] work, double[] power) {
        System.arraycopy(signal, 0, work, 0, 2 * half);
        int at = transform(work);
        for (int k = 0; k <= half; k++) {
            int a = at + 2 * (k % half);
            int b = at + 2 * ((half - k) % half);
            double evenRe = 0.5 * (work[a] + work[b]);
            double evenIm = 0.5 * (work[a + 1] - work[b + 1]);
            double oddRe = 0.5 * (work[a + 1] + work[b + 1]);
            double oddIm = -0.5 * (work[a] - work[b]);
            double re = evenRe + wholeCos[k] * oddRe - wholeSin[k] * oddIm;
            double im = evenIm + wholeCos[k] * oddIm + wholeSin[k] * oddRe;
            power[k] = re * re + im * im;
        }
    }

    /** Transforms the first half of the working space, going between the halves; returns where the result begins. */
    private int transform(double[] work) {
        int from = 0;
        int rest = half;
        int stride = 1;
        for (int radix : factors) {
            stage(work, from, 2 * half - from, radix, rest / radix, stride);
            from = 2 * half - from;
            rest /= radix;
            stride *= radix;
        }
        return from;
    }

    private void stage(double[] work, int from, int to, int radix, int groups, int stride) {
        int step = half / radix;
        for (int p = 0; p < groups; p++) {
            for (int j = 0; j < radix; j++) {
                int turn = j * p * stride % half;
                for (int q = 0; q < stride; q++) {
                    double re = 0;
                    double im = 0;
                    for (int k = 0; k < radix; k++) {
                        int source = from + 2 * (q + stride * (p + groups * k));
                        int angle = j * k % radix * step;
                        re += work[source] * cos[angle] - work[source + 1] * sin[angle];
                        im += work[source] * sin[angle] + work[source + 1] * cos[angle];
                    }
                    int target = to + 2 * (q + stride * (radix * p + j));
                    work[target] = re * cos[turn] - im * sin[turn];
                    work[target + 1] = re * sin[turn] + im * cos[turn];
                }
            }
        }
    }

    private static int[] factors(int length) {
        int rest = length;
        int[] found = new int[32];
        int count = 0;
        for (int radix : RADICES) {
            while (rest % radix == 0) {
                found[count++] = radix;
                rest /= radix;
            }
        }
        if (rest != 1) {
            throw new IllegalArgumentException(
                    "the length must have the prime factors 2, 3 and 5 alone, not " + 2 * length);
        }
        return Arrays.copyOf(found, count);
    }
}
