// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

import dev.rivulet.modelpackage.folder.Rope;

/** Rotary positions of a decoder, as cosines and sines of every position and frequency. Immutable. */
final class Turns {

    private final int headSize;
    private final float[][] cosine;
    private final float[][] sine;

    /** @param positions that are turned, at most the context's length */
    Turns(Rope rope, int headSize, int contextLength, int positions) {
        double[] frequencies = rope.frequencies(contextLength);
        this.headSize = headSize;
        this.cosine = new float[positions][frequencies.length];
        this.sine = new float[positions][frequencies.length];
        for (int t = 0; t < positions; t++) {
            for (int i = 0; i < frequencies.length; i++) {
                cosine[t][i] = (float) (Math.cos(t * frequencies[i]) * rope.amplitude());
                sine[t][i] = (float) (Math.sin(t * frequencies[i]) * rope.amplitude());
            }
        }
    }

    /**
     * Turns rows by their positions, in place.
     *
     * @param rows [t, heads · size]
     * @param direction 1 on the way forward, -1 on the way back
     */
    void apply(float[][] rows, int direction) {
        int half = headSize / 2;
        for (int t = 0; t < rows.length; t++) {
            float[] row = rows[t];
            for (int start = 0; start < row.length; start += headSize) {
                for (int i = 0; i < half; i++) {
                    float c = cosine[t][i];
                    float s = direction * sine[t][i];
                    float a = row[start + i];
                    float b = row[start + half + i];
                    row[start + i] = a * c - b * s;
                    row[start + half + i] = b * c + a * s;
                }
            }
        }
    }
}
