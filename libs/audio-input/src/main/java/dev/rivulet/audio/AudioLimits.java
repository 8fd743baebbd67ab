// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

import java.time.Duration;

/**
 * What audio may be at most; each limit is checked before memory is taken for what it limits.
 *
 * @param bytes of the file as it came, 1 to 1 GiB
 * @param channels of the file, 1 to 255
 * @param sampleRate of the file in Hz, at least 16 000
 * @param duration of the decoded sound, 1 second to 4 hours (a second is 64 000 bytes once decoded)
 */
public record AudioLimits(int bytes, int channels, int sampleRate, Duration duration) {

    /** The lowest sample rate that is read, in Hz. */
    public static final int LOWEST_SAMPLE_RATE = 4_000;

    public AudioLimits {
        require(bytes >= 1 && bytes <= 1 << 30, "bytes must be 1 to 1 GiB, not " + bytes);
        require(channels >= 1 && channels <= 255, "channels must be 1 to 255, not " + channels);
        require(sampleRate >= Waveform.SAMPLE_RATE, "sampleRate must be at least 16000 Hz, not " + sampleRate);
        boolean bounded =
                duration.compareTo(Duration.ofSeconds(1)) >= 0 && duration.compareTo(Duration.ofHours(4)) <= 0;
        require(bounded, "duration must be 1 second to 4 hours, not " + duration);
    }

    /** 25 MiB, 8 channels, 192 kHz, 30 minutes. */
    public static AudioLimits standard() {
        return new AudioLimits(25 << 20, 8, 192_000, Duration.ofMinutes(30));
    }

    /** How many frames of a file at this rate are within the duration. */
    long frames(int rate) {
        return Math.ceilDiv(duration.toMillis() * rate, 1000L);
    }

    /** How many samples of all channels are decoded at most: those of two channels at 48 kHz for the whole duration. */
    long samples() {
        return 96L * duration.toMillis();
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
