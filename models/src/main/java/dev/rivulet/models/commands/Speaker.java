// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models.commands;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Speaks with the program {@code espeak-ng}, one child process an utterance. */
public final class Speaker {

    private static final int HEADER = 44;
    private static final int SECONDS = 20;
    private static final int MOST_BYTES = 4 << 20;
    private static final float QUIET = 0.01f;

    private final Resampler resampler = new Resampler(22_050, Sound.RATE);

    /** Whether the program can be started. */
    public static boolean present() throws InterruptedException {
        try {
            Process process = new ProcessBuilder("espeak-ng", "--version")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Speaks a text.
     *
     * @return samples at {@link Sound#RATE}, −1 to 1, without the silence around them
     * @throws IOException if the program is missing, fails or says nothing
     */
    public float[] speak(Voice voice, String text) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        "espeak-ng",
                        "-v",
                        voice.name(),
                        "-p",
                        Integer.toString(voice.pitch()),
                        "-s",
                        Integer.toString(voice.speed()),
                        "--stdin",
                        "--stdout"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            byte[] wav = process.getInputStream().readNBytes(MOST_BYTES);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0 || wav.length <= HEADER) {
                throw new IOException("espeak-ng said nothing for '" + text + "' with the voice " + voice);
            }
            return trimmed(resampler.resample(samples(wav)));
        } finally {
            process.destroyForcibly();
        }
    }

    private static float[] samples(byte[] wav) {
        ByteBuffer bytes = ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN).position(HEADER);
        float[] samples = new float[bytes.remaining() / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = bytes.getShort() / 32768f;
        }
        return samples;
    }

    private static float[] trimmed(float[] samples) {
        int from = 0;
        int to = samples.length;
        while (from < to && Math.abs(samples[from]) < QUIET) {
            from++;
        }
        while (to > from && Math.abs(samples[to - 1]) < QUIET) {
            to--;
        }
        return java.util.Arrays.copyOfRange(samples, from, to);
    }
}
