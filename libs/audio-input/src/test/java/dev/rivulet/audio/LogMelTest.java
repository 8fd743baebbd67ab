// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogMelTest {

    private static Waveform glide() {
        AudioReading reading = new AudioReader(AudioLimits.standard()).read(Fixtures.bytes("glide.wav"));
        return ((AudioReading.Read) reading).sound();
    }

    private static double difference(MelFeatures actual, float[] expected, int frames) {
        double largest = 0;
        for (int mel = 0; mel < actual.mels(); mel++) {
            for (int frame = 0; frame < frames; frame++) {
                float value = actual.values()[mel * actual.frames() + frame];
                largest = Math.max(largest, Math.abs(value - expected[mel * frames + frame]));
            }
        }
        return largest;
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 128})
    void featuresOfASoundAloneAreThoseOfTheReference(int mels) {
        MelFeatures features = new LogMel(mels).features(glide());
        assertThat(features.frames()).isEqualTo(123);
        assertThat(difference(features, Fixtures.floats("glide-" + mels + "-alone.f32"), 123))
                .isLessThan(1e-4);
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 128})
    void featuresOfThirtySecondsAreThoseOfTheReferenceAndSilenceAfterTheSoundIsAllAlike(int mels) {
        MelFeatures features = new LogMel(mels).features(glide(), 3000);
        float[] expected = Fixtures.floats("glide-" + mels + "-padded.f32");
        assertThat(difference(features, expected, 130)).isLessThan(1e-4);
        for (int mel = 0; mel < mels; mel++) {
            float[] rest = Arrays.copyOfRange(features.values(), mel * 3000 + 130, (mel + 1) * 3000);
            assertThat(rest).containsOnly(new float[] {expected[mel * 130 + 129]}, within(1e-4f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 37, 160, 1600, 19680})
    void framesThatComeAsTheSoundArrivesAreThoseOfTheWhole(int piece) {
        LogMel logMel = new LogMel(80);
        float[] samples = glide().samples();
        MelFrames stream = logMel.stream();
        List<float[]> frames = new ArrayList<>();
        for (int at = 0; at < samples.length; at += piece) {
            frames.addAll(stream.push(samples, at, Math.min(piece, samples.length - at)));
            int there = Math.min(samples.length, at + piece);
            assertThat(frames).hasSize(there <= 200 ? 0 : 1 + (there - 200) / 160);
        }
        frames.addAll(stream.finish());
        assertThat(logMel.normalised(frames).values())
                .isEqualTo(logMel.features(glide()).values());
    }

    @Test
    void aSoundShorterThanAWindowHasTheFramesOfItsLength() {
        assertThat(new LogMel(80).features(new Waveform(new float[170])).frames())
                .isEqualTo(1);
        assertThat(new LogMel(80).features(new Waveform(new float[3])).frames()).isZero();
    }

    @Test
    void theTransformIsTheSumThatDefinesIt() {
        int length = 400;
        double[] signal = new double[length];
        for (int i = 0; i < length; i++) {
            signal[i] = Math.sin(i * i * 0.01) + 0.1 * (i % 7);
        }
        RealFourier fourier = new RealFourier(length);
        double[] power = new double[length / 2 + 1];
        fourier.power(signal, new double[fourier.workSize()], power);
        for (int k = 0; k <= length / 2; k++) {
            double re = 0;
            double im = 0;
            for (int i = 0; i < length; i++) {
                re += signal[i] * Math.cos(2 * Math.PI * i * k / length);
                im -= signal[i] * Math.sin(2 * Math.PI * i * k / length);
            }
            assertThat(power[k]).isCloseTo(re * re + im * im, within(1e-7));
        }
    }
}
