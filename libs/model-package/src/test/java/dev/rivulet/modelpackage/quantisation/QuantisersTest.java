// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.quantisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The arithmetic against values computed by hand. */
class QuantisersTest {

    @Test
    void theLargestWeightOfAChannelBecomes127() {
        byte[] values = new byte[4];
        float scale = ChannelInt8.quantise(new float[] {0.5f, -12.7f, 0.04f, 6.36f}, values);
        assertThat(scale).isCloseTo(0.1f, within(1e-7f));
        assertThat(values).containsExactly(5, -127, 0, 64);
    }

    @Test
    void aChannelOfZerosHasTheScaleZero() {
        byte[] values = {9, 9};
        assertThat(ChannelInt8.quantise(new float[] {0, -0f}, values)).isZero();
        assertThat(ChannelInt8.quantise(new float[] {1e-45f, 0}, values)).isZero();
        assertThat(values).containsExactly(0, 0);
    }

    @Test
    void levelsOfABlockAreExactAndPackedFirstInTheLowHalf() {
        float[] channel = new float[64];
        for (int i = 0; i < 16; i++) {
            channel[i] = (i - 8) * 0.25f;
            channel[32 + i] = (8 - i) * 3f;
        }
        byte[] packed = new byte[32];
        float[] scales = new float[2];
        BlockInt4.quantise(channel, packed, scales);
        assertThat(scales).containsExactly(0.25f, -3f);
        assertThat(packed).startsWith(0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe, 0x88);
        assertThat(packed[16]).isEqualTo((byte) 0x10);
        float[] dequantised = BlockInt4.dequantise(packed, scales);
        for (int i = 0; i < channel.length; i++) {
            assertThat(dequantised[i]).isEqualTo(channel[i], within(0f));
        }
    }

    @Test
    void aBlockOfZerosIsZero() {
        byte[] packed = new byte[16];
        float[] scales = {7};
        BlockInt4.quantise(new float[32], packed, scales);
        assertThat(scales).containsExactly(0f);
        assertThat(BlockInt4.dequantise(packed, scales)).containsOnly(0f);
    }

    @Test
    void oneOutlierIsClippedIfThatServesTheOthers() {
        float[] channel = new float[32];
        Arrays.fill(channel, 0.6f);
        channel[0] = -8;
        byte[] packed = new byte[16];
        float[] scales = new float[1];
        BlockInt4.quantise(channel, packed, scales);
        // With steps of 1 each of the 31 is wrong by 0.4, 4.96 in squares; with 0.8 by 0.2, and the outlier by 1.6:
        // 3.8.
        assertThat(scales[0]).isCloseTo(0.85f, within(1e-6f));
    }

    @Test
    void theFactorOfAnInverseIsThatComputedByHand() {
        double[] matrix = {5, 2, 2, 4};
        Triangles.reverseCholesky(matrix, 2);
        // R = [[2, 1], [0, 2]], R Rᵀ = [[5, 2], [2, 4]], its inverse [[1/2, -1/4], [0, 1/2]].
        assertThat(matrix[0]).isEqualTo(2);
        assertThat(matrix[1]).isEqualTo(1);
        assertThat(matrix[3]).isEqualTo(2);
        assertThat(Triangles.inverse(matrix, 2)).containsExactly(0.5f, -0.25f, 0, 0.5f);
    }

    @Test
    void aMatrixThatIsNotPositiveDefiniteIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Triangles.reverseCholesky(new double[] {1, 2, 2, 1}, 2))
                .withMessageContaining("not positive definite");
    }

    @Test
    void withoutCorrelationCalibrationChangesNothing() {
        float[] gram = new float[64 * 64];
        for (int i = 0; i < 64; i++) {
            gram[i * 64 + i] = 1 + i;
        }
        float[] channel = random(64, new SplittableRandom(3));
        byte[] nearest = new byte[32];
        byte[] calibrated = new byte[32];
        BlockInt4.quantise(channel, nearest, new float[2]);
        Gptq.of(gram, 64).quantise(channel.clone(), calibrated, new float[2]);
        assertThat(calibrated).isEqualTo(nearest);
    }

    @Test
    void calibrationLowersTheErrorOfTheOutputs() {
        SplittableRandom random = new SplittableRandom(4);
        float[][] inputs = new float[256][];
        float[] gram = new float[64 * 64];
        for (int t = 0; t < inputs.length; t++) {
            float common = (float) random.nextGaussian();
            inputs[t] = random(64, random);
            for (int i = 0; i < 64; i++) {
                inputs[t][i] += 2 * common;
            }
            for (int i = 0; i < 64; i++) {
                for (int j = 0; j < 64; j++) {
                    gram[i * 64 + j] += inputs[t][i] * inputs[t][j];
                }
            }
        }
        Gptq gptq = Gptq.of(gram, 64);
        double nearest = 0;
        double calibrated = 0;
        for (int channel = 0; channel < 16; channel++) {
            float[] weights = random(64, random);
            byte[] packed = new byte[32];
            float[] scales = new float[2];
            BlockInt4.quantise(weights, packed, scales);
            nearest += error(weights, BlockInt4.dequantise(packed, scales), inputs);
            gptq.quantise(weights.clone(), packed, scales);
            calibrated += error(weights, BlockInt4.dequantise(packed, scales), inputs);
        }
        assertThat(calibrated).isLessThan(0.6 * nearest);
    }

    private static float[] random(int size, SplittableRandom random) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static double error(float[] weights, float[] quantised, float[][] inputs) {
        double sum = 0;
        for (float[] input : inputs) {
            double apart = 0;
            for (int i = 0; i < weights.length; i++) {
                apart += (weights[i] - quantised[i]) * input[i];
            }
            sum += apart * apart;
        }
        return sum;
    }
}
