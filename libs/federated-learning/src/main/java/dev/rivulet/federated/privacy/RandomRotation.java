// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

/**
 * Random signs and a Walsh–Hadamard transform, scaled by 1/√d: a rotation that spreads a vector evenly over all d coordinates. Both
 * ends build it from one seed: the sign of coordinate i is the top bit of SplitMix64 at seed + (i + 1)·0x9E3779B97F4A7C15, set for
 * minus.
 */
final class RandomRotation {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;

    RandomRotation(long seed) {
        this.seed = seed;
    }

    /** The power of two that a vector is padded to. */
    static int padded(int dimensions) {
        return dimensions == 1 ? 1 : Integer.highestOneBit(dimensions - 1) * 2;
    }

    void rotate(double[] vector) {
        flip(vector);
        hadamard(vector);
    }

    void inverse(double[] vector) {
        hadamard(vector);
        flip(vector);
    }

    private void flip(double[] vector) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] = mix(seed + (i + 1) * GOLDEN) < 0 ? -vector[i] : vector[i];
        }
    }

    private static long mix(long state) {
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static void hadamard(double[] vector) {
        for (int half = 1; half < vector.length; half *= 2) {
            for (int start = 0; start < vector.length; start += 2 * half) {
                for (int i = start; i < start + half; i++) {
                    double sum = vector[i] + vector[i + half];
                    vector[i + half] = vector[i] - vector[i + half];
                    vector[i] = sum;
                }
            }
        }
        double scale = 1 / Math.sqrt(vector.length);
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
    }
}
