// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import java.math.BigInteger;

/** Changes the rate of samples with a windowed sinc (Hann, 32 zero crossings), cut off below the lower of both Nyquist rates. */
final class Resampler {

    private static final int CROSSINGS = 16;

    private final int step;
    private final int phases;
    private final int reach;
    private final float[][] taps;

    /** @param from samples a second before, @param to after */
    Resampler(int from, int to) {
        int common = BigInteger.valueOf(from).gcd(BigInteger.valueOf(to)).intValueExact();
        step = from / common;
        phases = to / common;
        double cut = Math.min(1.0, (double) to / from) * 0.95;
        reach = (int) Math.ceil(CROSSINGS / cut);
        taps = new float[phases][2 * reach + 1];
        for (int phase = 0; phase < phases; phase++) {
            for (int tap = 0; tap < taps[phase].length; tap++) {
                taps[phase][tap] = (float) kernel(tap - reach - (double) phase / phases, cut);
            }
        }
    }

    float[] resample(float[] samples) {
        float[] out = new float[(int) ((long) samples.length * phases / step)];
        for (int i = 0; i < out.length; i++) {
            long position = (long) i * step;
            int centre = (int) (position / phases);
            float[] kernel = taps[(int) (position % phases)];
            int first = Math.max(0, centre - reach);
            int last = Math.min(samples.length - 1, centre + reach);
            float sum = 0;
            for (int j = first; j <= last; j++) {
                sum += samples[j] * kernel[j - centre + reach];
            }
            out[i] = sum;
        }
        return out;
    }

    private double kernel(double distance, double cut) {
        if (Math.abs(distance) > reach) {
            return 0;
        }
        double x = Math.PI * distance * cut;
        double sinc = Math.abs(x) < 1e-9 ? 1 : Math.sin(x) / x;
        return cut * sinc * (0.5 + 0.5 * Math.cos(Math.PI * distance / (reach + 1)));
    }
}
