// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio.activity;

import java.util.Arrays;

/**
 * The level of the noise behind speech: the least smoothed level of the last seconds (minimum statistics, Martin 2001), which is low
 * between words even while somebody speaks. Raised by a fixed bias, as a minimum lies below the mean.
 */
final class NoiseFloor {

    /** Frames of one of the parts of which the last minima are kept. */
    private static final int PART = 25;

    private static final int PARTS = 5;
    private static final double SMOOTHING = 0.7;
    private static final double BIAS = 2;

    private final double[] minima = new double[PARTS];
    private double smoothed;
    private int frames;

    /** @param highest what is taken for noise at most until the first seconds have been heard, dB of full scale */
    NoiseFloor(double highest) {
        Arrays.fill(minima, highest - BIAS);
        smoothed = highest;
    }

    /** Takes in the level of the next frame. */
    void add(double level) {
        smoothed = frames == 0 ? level : SMOOTHING * smoothed + (1 - SMOOTHING) * level;
        int part = frames / PART % PARTS;
        boolean begins = frames % PART == 0 && frames > 0;
        minima[part] = begins ? smoothed : Math.min(minima[part], smoothed);
        frames++;
    }

    /** Level of the noise, dB of full scale. */
    double level() {
        double least = Double.POSITIVE_INFINITY;
        for (double minimum : minima) {
            least = Math.min(least, minimum);
        }
        return least + BIAS;
    }
}
