// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

/** Leaves out the frames that a codec needs before a sound begins, and those that fill its last packet. */
final class Trim {

    /** Frames beyond the declared end that a last packet may fill; no codec's packet is as long. */
    private static final int MOST_FILLING = 48_000;

    private final PcmSink sink;
    private final int channels;
    private final long total;
    private long skip;
    private long decoded;

    /** @param total frames of the sound, or {@link AudioFile#UNKNOWN} */
    Trim(PcmSink sink, int channels, long skip, long total) {
        this.sink = sink;
        this.channels = channels;
        this.skip = skip;
        this.total = total;
    }

    /** Takes decoded frames, interleaved, and scales them. */
    void accept(short[] pcm, int frames, float scale) {
        float[] samples = new float[frames * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = pcm[i] * scale;
        }
        accept(samples, frames);
    }

    /** Takes decoded frames, interleaved. */
    void accept(float[] samples, int frames) {
        int from = (int) Math.min(skip, frames);
        skip -= from;
        int count = frames - from;
        decoded += count;
        if (total != AudioFile.UNKNOWN && decoded > total + MOST_FILLING) {
            throw RefusedAudio.damaged("the file holds more sound than the " + total + " frames that it declares");
        }
        if (total != AudioFile.UNKNOWN) {
            count = (int) Math.min(count, total - sink.frames());
        }
        if (count > 0) {
            float[] kept = new float[count * channels];
            System.arraycopy(samples, from * channels, kept, 0, kept.length);
            sink.interleaved(kept, count);
        }
    }
}
