// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.simulation;

import java.util.random.RandomGenerator;

/**
 * The Mersenne Twister (Matsumoto and Nishimura, ACM TOMACS 8, 1998) with 53-bit doubles and polar Gaussians, as the generator of
 * NumPy's {@code RandomState} draws them: published data sets were generated with it, and the same seed gives the same data. Not for
 * secrets.
 */
public final class Mt19937 implements RandomGenerator {

    private static final int N = 624;
    private static final int M = 397;

    private final int[] words = new int[N];
    private int next = N;
    private double spare = Double.NaN;

    /** @param seed an unsigned 32-bit number */
    public Mt19937(int seed) {
        words[0] = seed;
        for (int i = 1; i < N; i++) {
            words[i] = 1_812_433_253 * (words[i - 1] ^ words[i - 1] >>> 30) + i;
        }
    }

    private void twist() {
        for (int i = 0; i < N; i++) {
            int y = words[i] & 0x8000_0000 | words[(i + 1) % N] & 0x7fff_ffff;
            words[i] = words[(i + M) % N] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : 0x9908_b0df);
        }
        next = 0;
    }

    @Override
    public int nextInt() {
        if (next == N) {
            twist();
        }
        int y = words[next++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        return y ^ y >>> 18;
    }

    @Override
    public long nextLong() {
        return (long) nextInt() << 32 | nextInt() & 0xffff_ffffL;
    }

    @Override
    public double nextDouble() {
        int high = nextInt() >>> 5;
        int low = nextInt() >>> 6;
        return (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0;
    }

    /** By Marsaglia's polar method: of each pair the second first. */
    @Override
    public double nextGaussian() {
        if (!Double.isNaN(spare)) {
            double kept = spare;
            spare = Double.NaN;
            return kept;
        }
        double x;
        double y;
        double square;
        do {
            x = 2 * nextDouble() - 1;
            y = 2 * nextDouble() - 1;
            square = x * x + y * y;
        } while (square >= 1 || square == 0);
        double factor = Math.sqrt(-2 * Math.log(square) / square);
        spare = factor * x;
        return factor * y;
    }
}
