// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.audio.LogMel;
import dev.rivulet.audio.MelFeatures;
import dev.rivulet.audio.Waveform;
import dev.rivulet.engine.speech.SpeechFeatures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** A tiny Whisper model, the sounds that {@code conformance/audio/whisper.py} gave it, and what transformers made of them. */
final class WhisperFixtures {

    static final Path FOLDER = Path.of("src/test/resources/whisper");

    private static final double[] PITCHES = {170, 340, 910, 2300};

    private WhisperFixtures() {}

    record Segment(double start, double end, int[] tokens) {}

    record Expected(
            int seconds,
            int longSeconds,
            int language,
            int[] forced,
            int[] hiddenFrames,
            float[] hidden,
            int[] logitRows,
            float[] logits,
            int[] plain,
            List<Segment> timed,
            List<Segment> prompted,
            List<Segment> longForm,
            List<Segment> longConditioned,
            List<Segment> longStrict) {}

    static Expected expected() {
        try {
            return JsonMapper.shared().readValue(Files.readString(FOLDER.resolve("expected.json")), Expected.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tones that glide under an envelope, filled up with silence to a window. */
    static SpeechFeatures glide(int seconds) {
        float[] samples = new float[seconds * Waveform.SAMPLE_RATE];
        for (int i = 0; i < samples.length; i++) {
            double time = i / (double) Waveform.SAMPLE_RATE;
            double tones = 0;
            for (int k = 0; k < PITCHES.length; k++) {
                tones += Math.sin(2 * Math.PI * (PITCHES[k] * time + PITCHES[k] * 0.2 * time * time)) / (k + 1);
            }
            samples[i] = (float) (0.2 * (0.5 + 0.5 * Math.sin(2 * Math.PI * 3 * time)) * tones);
        }
        return features(new LogMel(80).features(new Waveform(samples), 3000));
    }

    /** Noise whose loudness changes each second. */
    static SpeechFeatures bursts(int seconds) {
        float[] samples = new float[seconds * Waveform.SAMPLE_RATE];
        for (int i = 0; i < samples.length; i++) {
            double loud = Math.max(0, scattered(i / Waveform.SAMPLE_RATE + 77));
            samples[i] = (float) (0.2 * loud * scattered(i));
        }
        return features(new LogMel(80).features(new Waveform(samples)));
    }

    private static double scattered(long number) {
        long mixed = number * 0x9E3779B1L & 0xFFFFFFFFL;
        mixed = (mixed ^ mixed >>> 15) * 0x85EBCA77L & 0xFFFFFFFFL;
        mixed = mixed ^ mixed >>> 13;
        return mixed / (double) (1L << 31) - 1;
    }

    private static SpeechFeatures features(MelFeatures mel) {
        return new SpeechFeatures(mel.mels(), mel.frames(), mel.values());
    }
}
