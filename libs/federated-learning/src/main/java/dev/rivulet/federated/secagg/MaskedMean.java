// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/**
 * A weighted mean that is read from a sum of integers alone: what each device puts under its masks, and what the sum of all of it says.
 *
 * <p>A device of weight w counts as k = round(w / mostWeight · levels) steps, 1 to {@code levels}. Its vector is, modulo 2^b,
 *
 * <pre>
 * q_1 … q_d   q_i = round(clamp(x_i, −range, range) / range · k), up or down at random so that it is right on average
 * k
 * k, or 0 if the device has no loss to tell
 * round(min(loss, {@value #MOST_LOSS}) / {@value #MOST_LOSS} · k), or 0
 * </pre>
 *
 * so that the mean is range · Σq_i / Σk: weights are multiplied in before the rounding, and cost no room. One bit is left free: no
 * honest sum has |Σq_i| above Σk, and Σk is below a quarter of the modulus, so that a sum from which a mask was not taken off has half
 * of its values out of bounds, and is not taken for one.
 *
 * @param dimensions d of an update, at least 1
 * @param range larger values are cut off, above 0
 * @param levels steps of the range, 1 to 2²²
 * @param bits b, 2 to 32
 * @param mostWeight that counts; a larger one counts as this, above 0
 */
public record MaskedMean(int dimensions, double range, int levels, int bits, double mostWeight) {

    /** A larger loss is told as this. */
    public static final double MOST_LOSS = 16;

    /** Coordinates beside those of the update: the weight, the weight of those who tell a loss, and their losses. */
    public static final int EXTRAS = 3;

    public MaskedMean {
        if (dimensions < 1 || dimensions > SecAggPlan.MOST_VALUES - EXTRAS) {
            throw new IllegalArgumentException("an update has 1 to " + (SecAggPlan.MOST_VALUES - EXTRAS) + " values");
        }
        new FixedPoint(range, levels, bits);
        if (levels > 1 << 22 || !(mostWeight > 0 && Double.isFinite(mostWeight))) {
            throw new IllegalArgumentException("levels are at most 2^22, and the most weight is above 0 and finite");
        }
    }

    /**
     * The finest grid on which so many devices have room.
     *
     * @param devices that may be in one sum
     * @throws IllegalArgumentException if there is no room for a single level
     */
    public static MaskedMean finest(int dimensions, double range, int devices, int bits, double mostWeight) {
        FixedPoint grid = FixedPoint.finest(range, 2L * devices, bits);
        return new MaskedMean(dimensions, range, grid.levels(), bits, mostWeight);
    }

    /** Values of a vector. */
    public int length() {
        return dimensions + EXTRAS;
    }

    /**
     * What a device puts under its masks.
     *
     * @param update as many values as planned
     * @param weight above 0
     * @param loss of the model before the update on the device's data, if it knows
     * @return {@link #length()} integers in [0, 2^b), as unsigned integers
     * @throws IllegalArgumentException if a number is none, or the update has another length
     */
    public int[] encode(float[] update, double weight, OptionalDouble loss, RandomGenerator random) {
        if (update.length != dimensions || !(weight > 0)) {
            throw new IllegalArgumentException("an update has " + dimensions + " values and a weight above 0, not "
                    + update.length + ", " + weight);
        }
        int steps = steps(weight);
        int[] vector = new int[length()];
        int[] values = new FixedPoint(range, steps, bits).encode(update, 1, random);
        System.arraycopy(values, 0, vector, 0, dimensions);
        vector[dimensions] = steps;
        if (loss.isPresent()) {
            float told = (float) Math.clamp(loss.getAsDouble(), 0, MOST_LOSS);
            vector[dimensions + 1] = steps;
            vector[dimensions + 2] = new FixedPoint(MOST_LOSS, steps, bits).encode(new float[] {told}, 1, random)[0];
        }
        return vector;
    }

    private int steps(double weight) {
        return (int) Math.clamp(Math.round(Math.min(weight, mostWeight) / mostWeight * levels), 1, levels);
    }

    /** What a sum came to. */
    public sealed interface Read {

        /**
         * The mean.
         *
         * @param values of the update
         * @param weight of all together, in units of the weights that were given
         * @param loss mean by weight over those who told one
         */
        @SuppressWarnings("ArrayRecordComponent")
        record Mean(float[] values, double weight, OptionalDouble loss) implements Read {}

        /**
         * The integers are no sum of vectors that keep the rules.
         *
         * @param reason for people
         */
        record NoSum(String reason) implements Read {}
    }

    /**
     * Reads the sum of some devices' vectors.
     *
     * @param sum {@link #length()} integers modulo 2^b
     * @param devices whose vectors are in it
     */
    public Read decode(int[] sum, int devices) {
        if (sum.length != length()) {
            throw new IllegalArgumentException("a sum has " + length() + " values, not " + sum.length);
        }
        FixedPoint grid = new FixedPoint(range, levels, bits);
        long steps = grid.centre(sum[dimensions]);
        if (steps < devices || steps > (long) devices * levels) {
            return new Read.NoSum("the weights of " + devices + " devices do not sum to " + steps + " steps");
        }
        float[] mean = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            int value = grid.centre(sum[i]);
            if (Math.abs((long) value) > steps) {
                return new Read.NoSum("value " + i + " of the sum is beyond what the weights allow");
            }
            mean[i] = (float) (value * range / steps);
        }
        return new Read.Mean(mean, steps * mostWeight / levels, loss(sum, grid));
    }

    private OptionalDouble loss(int[] sum, FixedPoint grid) {
        int told = grid.centre(sum[dimensions + 1]);
        double losses = grid.centre(sum[dimensions + 2]);
        return told > 0 && losses >= 0 && losses <= told
                ? OptionalDouble.of(losses / told * MOST_LOSS)
                : OptionalDouble.empty();
    }
}
