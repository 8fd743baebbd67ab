// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The log-mel front end of Whisper (Radford et al., 2022; {@code WhisperFeatureExtractor} of transformers): a Hann window of 400 samples each
 * 160, squared magnitudes, Slaney mel filters, log₁₀ with a floor of 10⁻¹⁰, cut at 8 below the largest value, (x + 4) / 4. Immutable.
 */
public final class LogMel {

    /** Samples between frames: 10 ms. */
    public static final int HOP = 160;

    static final int WINDOW = 400;
    private static final double FLOOR = 1e-10;
    private static final float RANGE = 8f;

    private final int mels;
    private final RealFourier fourier = new RealFourier(WINDOW);
    private final MelFilters filters;
    private final double[] hann = new double[WINDOW];

    /**
     * A front end.
     *
     * @param mels how many filters, 1 to 200; Whisper has 80, from large-v3 on 128
     */
    public LogMel(int mels) {
        if (mels < 1 || mels > 200) {
            throw new IllegalArgumentException("mels must be 1 to 200, not " + mels);
        }
        this.mels = mels;
        this.filters = new MelFilters(mels, WINDOW / 2 + 1, Waveform.SAMPLE_RATE / 2.0);
        for (int i = 0; i < WINDOW; i++) {
            hann[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / WINDOW);
        }
    }

    /** How many filters. */
    public int mels() {
        return mels;
    }

    /** A stream of frames that are computed as the sound arrives. */
    public MelFrames stream() {
        return new MelFrames(this);
    }

    /** Features of a whole sound: one frame for each whole 160 samples. */
    public MelFeatures features(Waveform sound) {
        return features(sound, sound.samples().length / HOP);
    }

    /** Features of a sound that is cut or filled up with silence to a number of frames, 3000 for Whisper's 30 seconds. */
    public MelFeatures features(Waveform sound, int frames) {
        float[] samples = Arrays.copyOf(sound.samples(), frames * HOP);
        MelFrames stream = stream();
        List<float[]> found = new ArrayList<>(stream.push(samples, 0, samples.length));
        found.addAll(stream.finish());
        return normalised(found);
    }

    /** Features of frames that {@link MelFrames} gave; the cut is taken from the largest value among them. */
    public MelFeatures normalised(List<float[]> frames) {
        float largest = Float.NEGATIVE_INFINITY;
        for (float[] frame : frames) {
            for (float value : frame) {
                largest = Math.max(largest, value);
            }
        }
        float[] values = new float[mels * frames.size()];
        for (int i = 0; i < frames.size(); i++) {
            for (int mel = 0; mel < mels; mel++) {
                values[mel * frames.size() + i] = (Math.max(frames.get(i)[mel], largest - RANGE) + 4f) / 4f;
            }
        }
        return new MelFeatures(mels, frames.size(), values);
    }

    /** Space that one computation of frames works in. */
    final class Workspace {
        private final double[] windowed = new double[WINDOW];
        private final double[] work = new double[fourier.workSize()];
        private final double[] power = new double[WINDOW / 2 + 1];
        private final double[] energies = new double[mels];

        /** The log₁₀ energies of the 400 samples from an offset on. */
        float[] frame(float[] samples, int offset) {
            boolean silent = true;
            for (int i = 0; i < WINDOW; i++) {
                windowed[i] = hann[i] * samples[offset + i];
                silent &= samples[offset + i] == 0;
            }
            float[] result = new float[mels];
            if (silent) {
                Arrays.fill(result, (float) Math.log10(FLOOR));
                return result;
            }
            fourier.power(windowed, work, power);
            filters.apply(power, FLOOR, energies);
            for (int mel = 0; mel < mels; mel++) {
                result[mel] = (float) Math.log10(energies[mel]);
            }
            return result;
        }
    }
}
