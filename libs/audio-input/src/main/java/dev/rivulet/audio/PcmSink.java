// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import dev.rivulet.audio.AudioReading.Reason;
import java.util.Arrays;

/** Takes decoded frames of a file, mixes them to one channel, brings them to 16 kHz, and refuses what exceeds the limits. */
final class PcmSink {

    private final AudioLimits limits;
    private final int rate;
    private final int channels;
    private final Resampler resampler;
    private float[] sound = new float[Waveform.SAMPLE_RATE];
    private int length;
    private long frames;

    PcmSink(AudioLimits limits, int rate, int channels) {
        if (channels < 1 || channels > limits.channels()) {
            throw new RefusedAudio(
                    channels < 1 ? Reason.DAMAGED : Reason.TOO_LARGE,
                    "the file has " + channels + " channels; 1 to " + limits.channels()
                            + " are read: send mono or stereo");
        }
        if (rate < AudioLimits.LOWEST_SAMPLE_RATE || rate > limits.sampleRate()) {
            throw new RefusedAudio(
                    rate > limits.sampleRate() ? Reason.TOO_LARGE : Reason.UNSUPPORTED,
                    "the file has " + Integer.toUnsignedString(rate) + " samples a second; "
                            + AudioLimits.LOWEST_SAMPLE_RATE + " to " + limits.sampleRate() + " are read: send 16000");
        }
        this.limits = limits;
        this.rate = rate;
        this.channels = channels;
        this.resampler = new Resampler(rate, Waveform.SAMPLE_RATE);
    }

    /** Frames taken so far, at the file's rate. */
    long frames() {
        return frames;
    }

    /** Refuses a file by the length that its header declares. */
    void declared(long declaredFrames) {
        if (declaredFrames < 0 || declaredFrames > limits.frames(rate)) {
            throw new RefusedAudio(
                    Reason.TOO_LONG,
                    "the sound lasts longer than " + limits.duration().toSeconds() + " seconds: send it in parts");
        }
        if (declaredFrames * channels > limits.samples()) {
            throw new RefusedAudio(
                    Reason.TOO_LARGE,
                    "the sound has more than " + limits.samples()
                            + " samples in all channels: send it with 16000 a second in one channel");
        }
    }

    /** Takes interleaved samples of whole frames. */
    void interleaved(float[] samples, int frameCount) {
        float[] mono = new float[frameCount];
        for (int frame = 0; frame < frameCount; frame++) {
            float sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                sum += samples[frame * channels + channel];
            }
            mono[frame] = sum / channels;
        }
        mono(mono, 0, frameCount);
    }

    /** Takes mono samples. */
    void mono(float[] samples, int offset, int count) {
        frames += count;
        declared(frames);
        for (int i = offset; i < offset + count; i++) {
            if (!Float.isFinite(samples[i])) {
                throw RefusedAudio.damaged("sample " + (frames - count + i - offset) + " is not a finite number");
            }
        }
        keep(resampler.push(samples, offset, count));
    }

    /** Ends the sound. */
    Waveform finish() {
        keep(resampler.finish());
        if (length == 0) {
            throw new RefusedAudio(
                    Reason.EMPTY, "the file has no sound in it: its header is read, and no sample follows");
        }
        return new Waveform(Arrays.copyOf(sound, length));
    }

    private void keep(float[] more) {
        if (length + more.length > sound.length) {
            sound = Arrays.copyOf(sound, Math.max(length + more.length, 2 * sound.length));
        }
        System.arraycopy(more, 0, sound, length, more.length);
        length += more.length;
    }
}
