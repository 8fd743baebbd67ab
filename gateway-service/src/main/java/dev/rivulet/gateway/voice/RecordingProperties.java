// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.audio.AudioLimits;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a recording may be that is to be written down; its headers are held to it before a replica hears of it.
 *
 * @param maxFile largest file; {@code rivulet.relay.max-body} bounds it too
 * @param maxDuration longest sound by its headers
 * @param tokensASecond what a second counts for in budgets and in the choice of a replica
 */
@ConfigurationProperties("rivulet.recordings")
record RecordingProperties(
        @DefaultValue("25MB") DataSize maxFile,
        @DefaultValue("30m") Duration maxDuration,
        @DefaultValue("50") int tokensASecond) {

    RecordingProperties {
        if (tokensASecond < 1 || tokensASecond > 10_000) {
            throw new IllegalArgumentException("rivulet.recordings: tokens-a-second is 1 to 10000");
        }
    }

    AudioLimits audio() {
        AudioLimits standard = AudioLimits.standard();
        return new AudioLimits(
                Math.toIntExact(maxFile.toBytes()), standard.channels(), standard.sampleRate(), maxDuration);
    }
}
