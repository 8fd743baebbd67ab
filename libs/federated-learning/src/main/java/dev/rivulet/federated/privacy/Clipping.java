// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import dev.rivulet.federated.update.Vectors;
import java.util.random.RandomGenerator;

/** L2 clipping and Gaussian noise on a whole contribution: what client-level privacy is made of. */
public final class Clipping {

    private Clipping() {}

    /** The L2 norm, summed in double precision. */
    public static double norm(float[] vector) {
        return Math.sqrt(Vectors.dot(vector, vector));
    }

    /**
     * Scales a vector in place so that its L2 norm is at most the clip.
     *
     * @param clip above 0
     * @return whether it was at most that before
     * @throws IllegalArgumentException if a value is not finite: no scale bounds it
     */
    public static boolean clip(float[] vector, double clip) {
        if (!(clip > 0 && Double.isFinite(clip))) {
            throw new IllegalArgumentException("a clipping norm is positive and finite, not " + clip);
        }
        double norm = norm(vector);
        if (!Double.isFinite(norm)) {
            throw new IllegalArgumentException("a contribution has a value that is not finite");
        }
        if (norm <= clip) {
            return true;
        }
        // Rounding to float must not lift the norm above the clip again.
        double scale = clip / norm * (1 - 1e-7);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] * scale);
        }
        return false;
    }

    /**
     * Adds Gaussian noise in place. The noise is of floating-point numbers, whose last bits may tell more than the theory allows
     * (Mironov, CCS 2012): where an adversary sees single releases bit by bit, use {@link DiscreteNoise}.
     *
     * @param deviation at least 0, in the units of the vector
     * @param random cryptographically strong in production
     */
    public static void addNoise(float[] vector, double deviation, RandomGenerator random) {
        if (!(deviation >= 0 && Double.isFinite(deviation))) {
            throw new IllegalArgumentException("a deviation is at least 0 and finite, not " + deviation);
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] + deviation * random.nextGaussian());
        }
    }
}
