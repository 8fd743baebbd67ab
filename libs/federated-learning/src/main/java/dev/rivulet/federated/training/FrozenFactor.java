// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import java.nio.charset.StandardCharsets;

/**
 * The factor A of a layer's low-rank adapter where it is not learnt: drawn from a seed, so that every site and the federation have the
 * same without sending it (FFA-LoRA, Sun et al., arXiv 2403.12313). Numbers are those of SplitMix64 (Steele et al., OOPSLA 2014),
 * written out here: the same for ever and in any language.
 */
public final class FrozenFactor {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long OFFSET = 0xCBF29CE484222325L;
    private static final long PRIME = 0x100000001B3L;
    private static final int UNUSED_BITS = 40;
    private static final double HALF = 1 << 23;

    private FrozenFactor() {}

    /**
     * A of one layer, [rank, inputs], row-major: uniform with mean 0 and variance 1/inputs, so that {@code A · x} is as large as a
     * value of x.
     *
     * @param seed of the adapter
     * @param layer the layer's name, such as {@code model.layers.0.mlp.up_proj}
     */
    public static float[] of(long seed, String layer, int rank, int inputs) {
        if (rank < 1 || inputs < 1) {
            throw new IllegalArgumentException("a factor has a rank and inputs of 1 or more");
        }
        long state = seed ^ hash(layer);
        double most = Math.sqrt(3.0 / inputs);
        float[] values = new float[Math.multiplyExact(rank, inputs)];
        for (int i = 0; i < values.length; i++) {
            state += GOLDEN;
            values[i] = (float) (((mixed(state) >>> UNUSED_BITS) + 0.5 - HALF) / HALF * most);
        }
        return values;
    }

    private static long mixed(long state) {
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** FNV-1a of 64 bits. */
    private static long hash(String text) {
        long hash = OFFSET;
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (each & 0xff)) * PRIME;
        }
        return hash;
    }
}
