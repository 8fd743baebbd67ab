// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.util.random.RandomGenerator;

/**
 * Real numbers as integers modulo 2^b, so that sums can be masked. A value is clamped to [−range, range], scaled so that the range is
 * {@code levels}, and rounded up or down at random so that it is right on average; negative integers are x + 2^b. A sum of weighted
 * values is right as long as Σ weight · levels &lt; 2^(b−1): {@link #requireRoom} says so before a round.
 *
 * <p>The error of one value is below one step, range/levels, with a variance of at most a quarter of its square; the mean of n values
 * is off by less than step/(2√n) in standard deviation.
 *
 * @param range above 0: larger values are cut off
 * @param levels above 0: what the range becomes
 * @param bits b, 2 to 32
 */
public record FixedPoint(double range, int levels, int bits) {

    public FixedPoint {
        if (!(range > 0 && Double.isFinite(range)) || levels < 1 || bits < 2 || bits > 32) {
            throw new IllegalArgumentException("a range and levels are positive, and bits are 2 to 32");
        }
    }

    /**
     * The finest grid on which a total weight has room, of at most 2²² levels.
     *
     * @param totalWeight of all devices of a round together, at least 1
     */
    public static FixedPoint finest(double range, long totalWeight, int bits) {
        long levels = ((1L << (bits - 1)) - 1) / Math.max(1, totalWeight);
        if (levels < 1) {
            throw new IllegalArgumentException("a weight of " + totalWeight + " has no room in " + bits + " bits");
        }
        return new FixedPoint(range, (int) Math.min(levels, 1 << 22), bits);
    }

    /** @throws IllegalArgumentException if a sum with this total weight may pass the modulus */
    public void requireRoom(long totalWeight) {
        if (totalWeight < 1
                || Math.multiplyHigh(totalWeight, levels) != 0
                || totalWeight * levels < 0
                || totalWeight * levels >= 1L << (bits - 1)) {
            throw new IllegalArgumentException("a sum of weight " + totalWeight + " on " + levels
                    + " levels does not fit " + bits + " bits: use fewer levels, smaller weights or more bits");
        }
    }

    /**
     * A vector of integers in [0, 2^b), as unsigned integers.
     *
     * @param weight each value is multiplied with, at least 1
     * @throws IllegalArgumentException if a value is not a number
     */
    public int[] encode(float[] values, int weight, RandomGenerator random) {
        int[] encoded = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            if (Float.isNaN(values[i])) {
                throw new IllegalArgumentException("value " + i + " is not a number");
            }
            double scaled = Math.clamp(values[i], -range, range) / range * levels;
            double floor = Math.floor(scaled);
            long rounded = (long) floor + (random.nextDouble() < scaled - floor ? 1 : 0);
            encoded[i] = (int) (rounded * weight) & mask();
        }
        return encoded;
    }

    /** The real numbers of a sum. */
    public double[] decode(int[] sum) {
        double[] decoded = new double[sum.length];
        for (int i = 0; i < sum.length; i++) {
            decoded[i] = centre(sum[i]) * range / levels;
        }
        return decoded;
    }

    /** The integer in [−2^(b−1), 2^(b−1)) that an unsigned one modulo 2^b stands for. */
    public int centre(int value) {
        int shift = Integer.SIZE - bits;
        return value << shift >> shift;
    }

    private int mask() {
        return bits == 32 ? -1 : (1 << bits) - 1;
    }
}
