// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

/**
 * 4-bit weights in blocks of {@value #BLOCK} inputs with one scale each: {@code w ≈ (q - 8) · scale}, {@code q} in 0..15. Two
 * weights share a byte, the first in its low half, as the operator {@code MatMulNBits} of ONNX Runtime reads them. A scale may be
 * negative: the levels reach from -8 to 7, and the sign lets the largest weight of a block take the longer side.
 */
public final class BlockInt4 {

    /** Weights that share a scale. */
    public static final int BLOCK = 32;

    /** Bytes of a block. */
    public static final int BLOCK_BYTES = BLOCK / 2;

    private static final int ZERO = 8;
    private static final int LARGEST = 15;

    /** Parts of the full range that are tried: clipping the largest weight a little often costs less than coarse steps. */
    private static final float[] RANGES = {1f, 0.95f, 0.9f, 0.85f, 0.8f, 0.75f};

    private BlockInt4() {}

    /**
     * Quantises one output channel, each block with the scale of least squared error among a few.
     *
     * @param channel finite weights, {@code [inputs]}, a multiple of {@value #BLOCK}
     * @param packed receives {@code [inputs / 2]}
     * @param scales receives {@code [inputs / BLOCK]}
     */
    public static void quantise(float[] channel, byte[] packed, float[] scales) {
        for (int block = 0; block < scales.length; block++) {
            int from = block * BLOCK;
            float scale = scale(channel, from);
            scales[block] = scale;
            for (int i = from; i < from + BLOCK; i += 2) {
                packed[i / 2] = pack(level(channel[i], scale), level(channel[i + 1], scale));
            }
        }
    }

    /** The scale of the block that begins at an index; 0 if all its weights are. */
    static float scale(float[] channel, int from) {
        float largest = 0;
        for (int i = from; i < from + BLOCK; i++) {
            largest = Math.abs(channel[i]) > Math.abs(largest) ? channel[i] : largest;
        }
        float best = 0;
        double least = Double.MAX_VALUE;
        for (float range : RANGES) {
            float scale = largest * range / -ZERO;
            double error = Math.abs(scale) < Float.MIN_NORMAL ? Double.MAX_VALUE : error(channel, from, scale);
            if (error < least) {
                least = error;
                best = scale;
            }
        }
        return best;
    }

    private static double error(float[] channel, int from, float scale) {
        double sum = 0;
        for (int i = from; i < from + BLOCK; i++) {
            float apart = channel[i] - value(level(channel[i], scale), scale);
            sum += apart * apart;
        }
        return sum;
    }

    /** The level nearest to a weight, 0..15. */
    static int level(float weight, float scale) {
        return scale == 0 ? ZERO : Math.clamp(Math.round(weight / scale) + ZERO, 0, LARGEST);
    }

    /** The weight of a level. */
    static float value(int level, float scale) {
        return (level - ZERO) * scale;
    }

    static byte pack(int first, int second) {
        return (byte) (first | second << 4);
    }

    /** Weights of a channel as they will be multiplied, for tests and errors. */
    static float[] dequantise(byte[] packed, float[] scales) {
        float[] channel = new float[packed.length * 2];
        for (int i = 0; i < channel.length; i++) {
            int level = packed[i / 2] >> (i % 2 * 4) & LARGEST;
            channel[i] = value(level, scales[i / BLOCK]);
        }
        return channel;
    }
}
