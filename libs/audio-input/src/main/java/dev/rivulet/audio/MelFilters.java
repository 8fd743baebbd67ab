// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

/** Triangular filters on Slaney's mel scale (linear below 1 kHz, logarithmic above), each of unit area ("Auditory Toolbox", 1998). */
final class MelFilters {

    private static final double LINEAR_HZ_A_MEL = 200.0 / 3;
    private static final double BREAK_HZ = 1000;
    private static final double BREAK_MEL = BREAK_HZ / LINEAR_HZ_A_MEL;
    private static final double LOG_STEP = Math.log(6.4) / 27;

    private final int[] starts;
    private final double[][] weights;

    /**
     * The filters of a spectrum from 0 to half the sample rate.
     *
     * @param mels how many filters
     * @param bins of the spectrum
     * @param nyquist half the sample rate, in Hz
     */
    MelFilters(int mels, int bins, double nyquist) {
        double[] edges = new double[mels + 2];
        double top = toMel(nyquist);
        for (int i = 0; i < edges.length; i++) {
            edges[i] = toHertz(top * i / (mels + 1));
        }
        this.starts = new int[mels];
        this.weights = new double[mels][];
        for (int mel = 0; mel < mels; mel++) {
            place(mel, edges, bins, nyquist / (bins - 1));
        }
    }

    /** Energies of the filters over a spectrum of squared magnitudes, never below the floor. */
    void apply(double[] power, double floor, double[] energies) {
        for (int mel = 0; mel < weights.length; mel++) {
            double sum = 0;
            double[] filter = weights[mel];
            for (int i = 0; i < filter.length; i++) {
                sum += filter[i] * power[starts[mel] + i];
            }
            energies[mel] = Math.max(floor, sum);
        }
    }

    private void place(int mel, double[] edges, int bins, double binWidth) {
        int first = (int) Math.ceil(edges[mel] / binWidth);
        int last = Math.min(bins - 1, (int) Math.floor(edges[mel + 2] / binWidth));
        double area = 2 / (edges[mel + 2] - edges[mel]);
        double[] filter = new double[Math.max(0, last - first + 1)];
        for (int i = 0; i < filter.length; i++) {
            double hertz = (first + i) * binWidth;
            double rise = (hertz - edges[mel]) / (edges[mel + 1] - edges[mel]);
            double fall = (edges[mel + 2] - hertz) / (edges[mel + 2] - edges[mel + 1]);
            filter[i] = area * Math.max(0, Math.min(rise, fall));
        }
        starts[mel] = first;
        weights[mel] = filter;
    }

    private static double toMel(double hertz) {
        return hertz < BREAK_HZ ? hertz / LINEAR_HZ_A_MEL : BREAK_MEL + Math.log(hertz / BREAK_HZ) / LOG_STEP;
    }

    private static double toHertz(double mel) {
        return mel < BREAK_MEL ? mel * LINEAR_HZ_A_MEL : BREAK_HZ * Math.exp(LOG_STEP * (mel - BREAK_MEL));
    }
}
