// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {

    private static float[] whole(int from, float[] samples) {
        return inPieces(from, samples, samples.length);
    }

    private static float[] inPieces(int from, float[] samples, int piece) {
        Resampler resampler = new Resampler(from, 16_000);
        float[] result = new float[0];
        for (int at = 0; at < samples.length; at += piece) {
            result = joined(result, resampler.push(samples, at, Math.min(piece, samples.length - at)));
        }
        return joined(result, resampler.finish());
    }

    private static float[] joined(float[] first, float[] second) {
        float[] result = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, result, first.length, second.length);
        return result;
    }

    private static float[] sine(int rate, double hertz) {
        float[] result = new float[rate];
        for (int i = 0; i < rate; i++) {
            result[i] = (float) Math.sin(2 * Math.PI * hertz * i / rate);
        }
        return result;
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 11_025, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000})
    void aSoundKeepsItsPitchesAndItsLength(int rate) {
        float[] result = whole(rate, Fixtures.glide(rate, rate / 2));
        assertThat(result).hasSize(8_000);
        assertThat(Fixtures.likeness(Fixtures.glide(16_000, 8_000), result, 100))
                .isGreaterThan(75);
    }

    @Test
    void aRateWithoutACommonDivisorKeepsThePitchesToo() {
        float[] result = whole(44_101, Fixtures.glide(44_101, 44_101));
        assertThat(Fixtures.likeness(Fixtures.glide(16_000, 16_000), result, 100))
                .isGreaterThan(60);
    }

    @Test
    void whatLiesAboveHalfTheNewRateIsGone() {
        float[] result = whole(48_000, sine(48_000, 9_000));
        double energy = 0;
        for (int i = 200; i < result.length - 200; i++) {
            energy += result[i] * result[i];
        }
        assertThat(10 * Math.log10(energy / result.length)).isLessThan(-70);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 441, 5_000})
    void piecesGiveTheSamplesOfTheWhole(int piece) {
        float[] samples = Fixtures.glide(44_100, 20_000);
        assertThat(inPieces(44_100, samples, piece)).isEqualTo(whole(44_100, samples));
    }

    @Test
    void aRateThatIsRightAlreadyChangesNothing() {
        float[] samples = Fixtures.glide(16_000, 1_000);
        assertThat(whole(16_000, samples)).isEqualTo(samples);
    }

    @Test
    void ratesBeyondReasonAreRefused() {
        assertThatThrownBy(() -> new Resampler(0, 16_000)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Resampler(2_000_000, 16_000)).isInstanceOf(IllegalArgumentException.class);
    }
}
