// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.commands;

import java.util.Arrays;

/**
 * The part of a sound that fills a recogniser's window: the stretch with the most energy above the sound's quiet parts.
 *
 * @param samples of the window; a shorter sound lies in its middle, with silence around it
 * @param share of that energy that lies in the window, 0 to 1; 0 for a sound without any
 */
record Excerpt(float[] samples, double share) {

    private static final int FRAME = 160;
    private static final double QUIET_PART = 0.1;

    static Excerpt of(float[] sound, int window) {
        if (sound.length <= window) {
            float[] samples = new float[window];
            System.arraycopy(sound, 0, samples, (window - sound.length) / 2, sound.length);
            return new Excerpt(samples, energy(sound, 0, sound.length) > 0 ? 1 : 0);
        }
        double[] before = sums(sound);
        int wide = window / FRAME;
        int best = 0;
        for (int from = 0; from + wide < before.length; from++) {
            if (before[from + wide] - before[from] > before[best + wide] - before[best]) {
                best = from;
            }
        }
        double all = before[before.length - 1];
        double share = all > 0 ? (before[best + wide] - before[best]) / all : 0;
        return new Excerpt(Arrays.copyOfRange(sound, best * FRAME, best * FRAME + window), share);
    }

    /** Energy above the quiet tenth before each frame, and of all frames at last. */
    private static double[] sums(float[] sound) {
        double[] energies = new double[sound.length / FRAME];
        for (int frame = 0; frame < energies.length; frame++) {
            energies[frame] = energy(sound, frame * FRAME, (frame + 1) * FRAME);
        }
        double[] sorted = energies.clone();
        Arrays.sort(sorted);
        double quiet = sorted[(int) (QUIET_PART * sorted.length)];
        double[] before = new double[energies.length + 1];
        for (int frame = 0; frame < energies.length; frame++) {
            before[frame + 1] = before[frame] + Math.max(0, energies[frame] - quiet);
        }
        return before;
    }

    private static double energy(float[] sound, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) sound[i] * sound[i];
        }
        return sum;
    }
}
