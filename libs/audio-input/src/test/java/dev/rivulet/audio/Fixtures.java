// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Files that {@code conformance/audio/features.py} wrote, and the tones in them. */
final class Fixtures {

    private static final double[] PITCHES = {170, 340, 910, 2300};

    private Fixtures() {}

    static byte[] bytes(String name) {
        try (InputStream in = Fixtures.class.getResourceAsStream("/audio/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no fixture " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static float[] floats(String name) {
        byte[] bytes = bytes(name);
        float[] result = new float[bytes.length / 4];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(result);
        return result;
    }

    static float[] glide(int rate, int samples) {
        float[] result = new float[samples];
        for (int i = 0; i < samples; i++) {
            double time = i / (double) rate;
            double tones = 0;
            for (int k = 0; k < PITCHES.length; k++) {
                tones += Math.sin(2 * Math.PI * (PITCHES[k] * time + PITCHES[k] * 0.2 * time * time)) / (k + 1);
            }
            result[i] = (float) (0.2 * (0.5 + 0.5 * Math.sin(2 * Math.PI * 3 * time)) * tones);
        }
        return result;
    }

    /** Signal to noise in dB of what should be the same sound, apart from its edges. */
    static double likeness(float[] expected, float[] actual, int edge) {
        double signal = 0;
        double noise = 0;
        for (int i = edge; i < Math.min(expected.length, actual.length) - edge; i++) {
            signal += expected[i] * expected[i];
            noise += (expected[i] - actual[i]) * (expected[i] - actual[i]);
        }
        return 10 * Math.log10(signal / Math.max(noise, 1e-30));
    }
}
