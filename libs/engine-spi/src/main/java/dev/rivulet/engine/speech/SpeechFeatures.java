// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.speech;

/**
 * Log-mel features of a sound, one frame each 10 ms.
 *
 * @param mels filters
 * @param frames frames, at least 1
 * @param values {@code [mels][frames]}, row by row; not copied
 */
public record SpeechFeatures(int mels, int frames, float[] values) {

    public SpeechFeatures {
        if (mels < 1 || frames < 1 || values.length != (long) mels * frames) {
            throw new IllegalArgumentException(
                    values.length + " values are not " + mels + " mels of " + frames + " frames");
        }
    }

    /** A stretch of frames, filled up at its end with zeros. @param from first frame, below {@link #frames} */
    public SpeechFeatures window(int from, int count) {
        float[] result = new float[mels * count];
        int present = Math.min(count, frames - from);
        for (int mel = 0; mel < mels; mel++) {
            System.arraycopy(values, mel * frames + from, result, mel * count, present);
        }
        return new SpeechFeatures(mels, count, result);
    }
}
