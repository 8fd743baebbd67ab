// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The form of all recordings: {@value #RATE} Hz, one channel, windows of {@value #WINDOW} samples. */
public final class Sound {

    /** Samples a second. */
    public static final int RATE = 16_000;
    /** Samples of a window: 2.4 s. */
    public static final int WINDOW = 38_400;

    private Sound() {}

    /** 16-bit little-endian samples; what is louder than full scale is cut off. */
    public static byte[] pcm(float[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : samples) {
            bytes.putShort((short) Math.clamp(Math.round(sample * 32768f), Short.MIN_VALUE, Short.MAX_VALUE));
        }
        return bytes.array();
    }

    /** A WAV file of them. */
    public static byte[] wav(float[] samples) {
        byte[] pcm = pcm(samples);
        ByteBuffer file = ByteBuffer.allocate(44 + pcm.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("RIFF")).putInt(36 + pcm.length).put(ascii("WAVEfmt ")).putInt(16);
        file.putShort((short) 1).putShort((short) 1).putInt(RATE).putInt(2 * RATE);
        file.putShort((short) 2).putShort((short) 16).put(ascii("data")).putInt(pcm.length);
        return file.put(pcm).array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    /** Root of the mean square; 0 for no samples. */
    static double level(float[] samples) {
        double sum = 0;
        for (float sample : samples) {
            sum += sample * sample;
        }
        return samples.length == 0 ? 0 : Math.sqrt(sum / samples.length);
    }
}
