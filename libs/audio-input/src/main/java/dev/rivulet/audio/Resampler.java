// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import java.util.Arrays;

/**
 * Changes the sample rate of a sound as it comes, by a windowed sinc (Kaiser window, 24 zero crossings on each side, the pass band ending at
 * 0.94 of the lower Nyquist frequency). Between rates whose ratio has more than 2048 phases the nearest earlier phase is taken. Not thread-safe.
 */
public final class Resampler {

    private static final int ZERO_CROSSINGS = 24;
    private static final double PASS_BAND = 0.94;
    private static final double KAISER_BETA = 9.0;
    private static final int MOST_PHASES = 2048;

    private final int from;
    private final int to;
    private final int half;
    private final float[][] phases;
    /** Samples from {@code heldFrom} on; those before the first are silence. */
    private float[] held;

    private int heldCount;
    private long heldFrom;
    private long taken;
    private long given;

    /**
     * A resampler at the beginning of a sound.
     *
     * @param from the sound's rate in Hz, 1 to 1 000 000
     * @param to the rate wanted in Hz, 1 to 1 000 000; not below a hundredth of {@code from}
     */
    public Resampler(int from, int to) {
        if (from < 1 || from > 1_000_000 || to < 1 || to > 1_000_000 || from > 100 * to) {
            throw new IllegalArgumentException("no resampling from " + from + " Hz to " + to + " Hz");
        }
        int common = greatestCommonDivisor(from, to);
        this.from = from / common;
        this.to = to / common;
        double scale = PASS_BAND * Math.min(1.0, to / (double) from);
        this.half = from == to ? 1 : (int) Math.ceil(ZERO_CROSSINGS / scale);
        this.phases = from == to ? new float[0][] : phases(Math.min(this.to, MOST_PHASES), half, scale);
        this.held = new float[Math.max(4096, 4 * half)];
        this.heldCount = half;
        this.heldFrom = -half;
    }

    /**
     * Takes the next samples.
     *
     * @return the samples that follow from what was taken so far, possibly none; they lag by half the filter's length
     */
    public float[] push(float[] samples, int offset, int length) {
        if (from == to) {
            return Arrays.copyOfRange(samples, offset, offset + length);
        }
        hold(samples, offset, length);
        taken += length;
        return produce(outputsBefore(taken - half));
    }

    /** Ends the sound and returns its last samples; the resampler is not used again. */
    public float[] finish() {
        if (from == to) {
            return new float[0];
        }
        hold(new float[half + 1], 0, half + 1);
        return produce(Math.ceilDiv(taken * to, (long) from));
    }

    /** How many outputs have their whole filter over inputs up to {@code position}, that one left out. */
    private long outputsBefore(long position) {
        return position <= 0 ? 0 : Math.ceilDiv(position * to, (long) from);
    }

    private float[] produce(long until) {
        float[] result = new float[(int) Math.max(0, until - given)];
        for (int i = 0; i < result.length; i++, given++) {
            long scaled = given * from;
            long whole = scaled / to;
            int phase = (int) (scaled % to * phases.length / to);
            result[i] = filtered(phases[phase], (int) (whole - half + 1 - heldFrom));
        }
        return result;
    }

    private float filtered(float[] weights, int start) {
        float sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * held[start + i];
        }
        return sum;
    }

    private void hold(float[] samples, int offset, int length) {
        long needed = given * from / to - half + 1;
        int gone = (int) Math.clamp(needed - heldFrom, 0, heldCount);
        System.arraycopy(held, gone, held, 0, heldCount - gone);
        heldCount -= gone;
        heldFrom += gone;
        if (heldCount + length > held.length) {
            held = Arrays.copyOf(held, Math.max(2 * held.length, heldCount + length));
        }
        System.arraycopy(samples, offset, held, heldCount, length);
        heldCount += length;
    }

    private static float[][] phases(int count, int half, double scale) {
        float[][] result = new float[count][2 * half];
        for (int phase = 0; phase < count; phase++) {
            double[] weights = new double[2 * half];
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = weight(phase / (double) count + half - 1 - i, half, scale);
                sum += weights[i];
            }
            for (int i = 0; i < weights.length; i++) {
                result[phase][i] = (float) (weights[i] / sum);
            }
        }
        return result;
    }

    private static double weight(double distance, int half, double scale) {
        double edge = distance / half;
        if (Math.abs(edge) >= 1) {
            return 0;
        }
        double angle = Math.PI * scale * distance;
        double sinc = Math.abs(angle) < 1e-9 ? 1 : Math.sin(angle) / angle;
        return sinc * bessel(KAISER_BETA * Math.sqrt(1 - edge * edge)) / bessel(KAISER_BETA);
    }

    /** The modified Bessel function of the first kind and order 0, by its series. */
    private static double bessel(double x) {
        double sum = 1;
        double term = 1;
        for (int k = 1; k < 60 && term > 1e-12 * sum; k++) {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
