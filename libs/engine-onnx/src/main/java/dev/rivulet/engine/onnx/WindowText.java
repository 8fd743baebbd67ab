// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.DeflaterOutputStream;

/**
 * What was written from one window.
 *
 * @param tokens without the end
 * @param averageLogprob mean log probability of the tokens, the end included
 * @param compression how much zlib compresses the tokens, the end included
 * @param silence probability that the window holds no speech
 * @param temperature at which the tokens were chosen
 */
record WindowText(int[] tokens, double averageLogprob, double compression, double silence, double temperature) {

    /** How much zlib compresses tokens of as many bytes as the vocabulary needs. */
    static double compression(int[] tokens, int count, int vocabularySize) {
        int width = (int) (Math.log(vocabularySize) / Math.log(2) / 8) + 1;
        byte[] bytes = new byte[count * width];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (tokens[i / width] >> 8 * (i % width));
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.length / (double) packed.size();
    }
}
