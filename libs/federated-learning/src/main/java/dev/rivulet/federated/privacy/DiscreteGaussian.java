// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.privacy;

import java.util.random.RandomGenerator;

/**
 * Draws from the discrete Gaussian N_ℤ(0, σ²) exactly, with integers alone (Canonne, Kamath, Steinke, arXiv 2004.00010, algorithms
 * 1 to 3). Safe for many threads, if the source of randomness is.
 */
public final class DiscreteGaussian {

    /** The largest σ. */
    public static final double MOST_DEVIATION = 1024;

    private static final long DENOMINATOR = 16;

    private final long numerator;
    private final long scale;

    /** @param deviation σ in (0, {@value #MOST_DEVIATION}]; σ² is rounded up to a multiple of 1⁄16 */
    public DiscreteGaussian(double deviation) {
        if (!(deviation > 0 && deviation <= MOST_DEVIATION)) {
            throw new IllegalArgumentException("σ is in (0, " + MOST_DEVIATION + "], not " + deviation);
        }
        this.numerator = (long) Math.ceil(deviation * deviation * DENOMINATOR - 1e-9);
        this.scale = (long) Math.floor(deviation()) + 1;
    }

    /** σ as it is drawn: at or above the one asked for. */
    public double deviation() {
        return Math.sqrt((double) numerator / DENOMINATOR);
    }

    /** One value. */
    public long sample(RandomGenerator random) {
        while (true) {
            long laplace = laplace(random);
            // (|Y| − σ²/t)² / (2σ²) with σ² = a/16: one fraction of integers, which fit because |Y| beyond 2³¹/(16t)
            // can't be drawn
            // in the life of the universe.
            long distance = Math.abs(Math.abs(laplace) * DENOMINATOR * scale - numerator);
            if (distance < 1L << 31
                    && bernoulliExp(distance * distance, 2 * numerator * DENOMINATOR * scale * scale, random)) {
                return laplace;
            }
        }
    }

    private long laplace(RandomGenerator random) {
        while (true) {
            long fraction = random.nextLong(scale);
            if (!bernoulliExp(fraction, scale, random)) {
                continue;
            }
            long whole = 0;
            while (bernoulliExp(1, 1, random)) {
                whole++;
            }
            long magnitude = fraction + scale * whole;
            boolean negative = random.nextBoolean();
            if (!negative || magnitude != 0) {
                return negative ? -magnitude : magnitude;
            }
        }
    }

    /** True with probability exp(−n/d). */
    private static boolean bernoulliExp(long n, long d, RandomGenerator random) {
        for (long whole = n / d; whole > 0; whole--) {
            if (!bernoulliExpBelowOne(1, 1, random)) {
                return false;
            }
        }
        return bernoulliExpBelowOne(n % d, d, random);
    }

    private static boolean bernoulliExpBelowOne(long n, long d, RandomGenerator random) {
        long k = 1;
        while (n > 0 && random.nextLong(Math.multiplyExact(d, k)) < n) {
            k++;
        }
        return k % 2 == 1;
    }
}
