// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.audio;

/**
 * A mono sound at 16 kHz.
 *
 * @param samples one a sixteen-thousandth of a second, nominally −1 to 1; not copied, so whoever hands them over leaves them alone
 */
public record Waveform(float[] samples) {

    /** Samples a second. */
    public static final int SAMPLE_RATE = 16_000;

    /** How long the sound is, in seconds. */
    public double seconds() {
        return samples.length / (double) SAMPLE_RATE;
    }
}
