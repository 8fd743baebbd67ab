// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

/**
 * Signed 8-bit weights with one scale for each output channel: {@code w ≈ q · scale}, {@code q} in -127..127. Symmetric, so that
 * a product needs no zero point on the side of the weights.
 */
public final class ChannelInt8 {

    private static final int LARGEST = 127;

    private ChannelInt8() {}

    /**
     * Quantises one output channel to nearest.
     *
     * @param channel finite weights, {@code [inputs]}
     * @param values receives {@code [inputs]}
     * @return the scale; 0 if all weights are
     */
    public static float quantise(float[] channel, byte[] values) {
        float most = 0;
        for (float weight : channel) {
            most = Math.max(most, Math.abs(weight));
        }
        float scale = most / LARGEST;
        // Below the smallest normal number the reciprocal overflows: such a channel is zero.
        float inverse = scale < Float.MIN_NORMAL ? 0 : 1 / scale;
        for (int i = 0; i < channel.length; i++) {
            values[i] = (byte) Math.clamp(Math.round(channel[i] * inverse), -LARGEST, LARGEST);
        }
        return inverse == 0 ? 0 : scale;
    }
}
