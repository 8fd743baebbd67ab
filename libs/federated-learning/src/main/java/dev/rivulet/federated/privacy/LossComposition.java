// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The losses of many uses together: the convolution of their distributions, by the Fourier transform, on a window of the grid that
 * holds all of it but a share of {@value #OUTSIDE} (by Chernoff's bound), which counts as unbounded. Rounding in the transform moves δ by less than 10⁻¹².
 */
final class LossComposition {

    private static final double OUTSIDE = 1e-15;
    private static final int MOST_POINTS = 1 << 24;

    private record Part(PrivacyLoss loss, long times) {}

    private final double step;
    private final List<Part> parts = new ArrayList<>();
    private double logFinite;

    LossComposition(double step) {
        this.step = step;
    }

    LossComposition with(PrivacyLoss loss, long times) {
        parts.add(new Part(loss, times));
        logFinite += times * Math.log1p(-loss.infinity());
        return this;
    }

    /** The losses of all; unbounded ones where the window would be too wide to be held. */
    PrivacyLoss compose() {
        long low = (long) Math.floor(-bound(-1) / step) - 1;
        long high = (long) Math.ceil(bound(1) / step) + 1;
        if (high - low >= MOST_POINTS || Math.abs(low) > Integer.MAX_VALUE || high > Integer.MAX_VALUE) {
            return new PrivacyLoss(step, 0, new double[0], 1);
        }
        int size = Math.max(2, Integer.highestOneBit((int) (high - low)) * 2);
        double[] mass = convolve(size, low);
        return new PrivacyLoss(step, (int) low, mass, -Math.expm1(logFinite) + 2 * OUTSIDE);
    }

    /** Chernoff: u with P(direction · loss > u) ≤ {@value #OUTSIDE}, the best over tilts a factor of 2 apart. */
    private double bound(int direction) {
        double best = Double.POSITIVE_INFINITY;
        int worseFor = 0;
        for (double tilt = 1 / 16.0; tilt < 1e5 && worseFor < 2; tilt *= 2) {
            double log = 0;
            for (Part part : parts) {
                log += part.times() * part.loss().logMoment(direction * tilt);
            }
            double bound = (log - Math.log(OUTSIDE)) / tilt;
            worseFor = bound < best ? 0 : worseFor + 1;
            best = Math.min(best, bound);
        }
        return best;
    }

    private double[] convolve(int size, long low) {
        FourierTransform transform = new FourierTransform(size);
        double[] re = new double[size];
        double[] im = new double[size];
        double[] logs = new double[size];
        double[] turns = new double[size];
        long origin = 0;
        for (Part part : parts) {
            fold(part.loss().mass(), re, im);
            transform.forward(re, im);
            for (int k = 0; k < size; k++) {
                logs[k] += part.times() * 0.5 * Math.log(re[k] * re[k] + im[k] * im[k]);
                turns[k] += Math.IEEEremainder(part.times() * Math.atan2(im[k], re[k]), 2 * Math.PI);
            }
            origin += part.times() * part.loss().first();
        }
        for (int k = 0; k < size; k++) {
            double length = Math.exp(logs[k]);
            re[k] = length * Math.cos(turns[k]);
            im[k] = length * Math.sin(turns[k]);
        }
        transform.inverse(re, im);
        return window(re, Math.floorMod(low - origin, size));
    }

    private static void fold(double[] mass, double[] re, double[] im) {
        Arrays.fill(re, 0);
        Arrays.fill(im, 0);
        for (int i = 0; i < mass.length; i++) {
            re[i & (re.length - 1)] += mass[i];
        }
    }

    private static double[] window(double[] circle, int start) {
        double[] mass = new double[circle.length];
        for (int i = 0; i < mass.length; i++) {
            mass[i] = Math.max(0, circle[(start + i) & (circle.length - 1)]);
        }
        return mass;
    }
}
