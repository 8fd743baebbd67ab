// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.update;

/**
 * Sums over long vectors, in double precision. A sum is kept in many lanes, which are added at the end: one that waits for each of its
 * additions takes four cycles a value, lanes take less than one, because a compiler makes them wide. The order of the additions is the
 * same each time, so that the same vectors have the same sum.
 */
public final class Vectors {

    /** Doubles that stay in the first cache, and enough of them that a loop over them is long. */
    private static final int LANES = 1024;

    private Vectors() {}

    /**
     * The inner product.
     *
     * @param second at least as long as the first
     */
    public static double dot(float[] first, float[] second) {
        double[] lanes = new double[LANES];
        int from = 0;
        for (; from <= first.length - LANES; from += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                lanes[lane] += (double) first[from + lane] * second[from + lane];
            }
        }
        for (int i = from; i < first.length; i++) {
            lanes[i - from] += (double) first[i] * second[i];
        }
        return total(lanes);
    }

    /**
     * The square of the Euclidean distance.
     *
     * @param second at least as long as the first
     */
    public static double squaredDistance(float[] first, float[] second) {
        double[] lanes = new double[LANES];
        int from = 0;
        for (; from <= first.length - LANES; from += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                double difference = (double) first[from + lane] - second[from + lane];
                lanes[lane] += difference * difference;
            }
        }
        for (int i = from; i < first.length; i++) {
            double difference = (double) first[i] - second[i];
            lanes[i - from] += difference * difference;
        }
        return total(lanes);
    }

    private static double total(double[] lanes) {
        double total = 0;
        for (double lane : lanes) {
            total += lane;
        }
        return total;
    }

    /** Whether all values are finite: the exponent of one that is not has all bits set. A loop without a branch. */
    public static boolean finite(float[] values) {
        int worst = 0;
        for (float value : values) {
            worst = Math.max(worst, Float.floatToRawIntBits(value) & 0x7f80_0000);
        }
        return worst != 0x7f80_0000;
    }

    /** Index and value of the first that is not finite, for a message; of vectors that are not {@link #finite}. */
    public static String firstNotFinite(float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                return "value " + i + " is " + values[i];
            }
        }
        throw new IllegalArgumentException("all values are finite");
    }
}
