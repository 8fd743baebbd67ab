// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.transcription;

import dev.rivulet.audio.AudioLimits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of speech that is written down.
 *
 * @param maxFile largest file of audio
 * @param maxDuration longest sound
 * @param maxSampleRate highest sample rate of a file, in Hz
 * @param maxChannels most channels of a file
 * @param bodyTimeout how long a form may take to arrive
 * @param requests sounds in hand at once, all models together; they are in memory
 * @param runs sounds that are decoded or written down at once; those of one model take turns
 * @param cache what hidden states of windows that were heard before may take, all callers together; 0B keeps none
 */
@Validated
@ConfigurationProperties("rivulet.transcription")
record TranscriptionProperties(
        @DefaultValue("25MB") DataSize maxFile,
        @DefaultValue("30m") Duration maxDuration,
        @DefaultValue("192000") @Min(16_000) @Max(1_000_000) int maxSampleRate,
        @DefaultValue("8") @Min(1) @Max(255) int maxChannels,
        @DefaultValue("60s") Duration bodyTimeout,
        @DefaultValue("8") @Min(1) @Max(256) int requests,
        @DefaultValue("1") @Min(1) @Max(64) int runs,
        @DefaultValue("64MB") DataSize cache) {

    /** Bytes of a form around its file. */
    private static final int FIELDS = 64 << 10;
    /** Base64 writes three bytes as four letters. */
    private static final double BASE64 = 4.0 / 3;

    AudioLimits audio() {
        return new AudioLimits(Math.toIntExact(maxFile.toBytes()), maxChannels, maxSampleRate, maxDuration);
    }

    int maxBody() {
        return Math.toIntExact((long) (maxFile.toBytes() * BASE64)) + FIELDS;
    }
}
