// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

/**
 * Log-mel features as Whisper's encoders take them.
 *
 * @param mels how many filters
 * @param frames how many frames, one each 10 ms
 * @param values {@code [mels][frames]}, row by row, nominally −1 to 1.5; not copied
 */
public record MelFeatures(int mels, int frames, float[] values) {

    public MelFeatures {
        if (mels < 1 || frames < 0 || values.length != mels * frames) {
            throw new IllegalArgumentException(
                    values.length + " values are not " + mels + " mels of " + frames + " frames");
        }
    }

    /**
     * A stretch of frames, filled up at its end with zeros.
     *
     * @param from the first frame, 0 to {@link #frames}
     * @param count how many frames the result has
     */
    public MelFeatures window(int from, int count) {
        float[] result = new float[mels * count];
        int present = Math.min(count, frames - from);
        for (int mel = 0; mel < mels; mel++) {
            System.arraycopy(values, mel * frames + from, result, mel * count, present);
        }
        return new MelFeatures(mels, count, result);
    }
}
