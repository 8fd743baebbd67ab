// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of sound that comes over a WebSocket.
 *
 * @param model the recogniser that is asked where the caller names none
 * @param maxMessage largest message, 1 KB to 1 MB
 * @param speed times real time at which sound may come in the long run, 1 to 100
 * @param burst sound that may come ahead of that
 * @param duration longest connection
 * @param idle longest time without a message
 * @param answerTimeout until an utterance is recognised
 * @param partialEvery sound of an utterance after which it is recognised so far; 0 for never
 * @param most connections at once
 * @param mostPerKey connections of a key at once
 */
@ConfigurationProperties("rivulet.audio-stream")
record StreamProperties(
        @DefaultValue("rivulet-commands") String model,
        @DefaultValue("64KB") DataSize maxMessage,
        @DefaultValue("4") double speed,
        @DefaultValue("10s") Duration burst,
        @DefaultValue("15m") Duration duration,
        @DefaultValue("30s") Duration idle,
        @DefaultValue("10s") Duration answerTimeout,
        @DefaultValue("600ms") Duration partialEvery,
        @DefaultValue("200") int most,
        @DefaultValue("8") int mostPerKey) {

    StreamProperties {
        require(!model.isBlank() && model.length() <= 200, "model has 1 to 200 characters");
        require(maxMessage.toBytes() >= 1024 && maxMessage.toBytes() <= 1 << 20, "max-message is 1KB to 1MB");
        require(speed >= 1 && speed <= 100, "speed is 1 to 100");
        require(
                mostPerKey >= 1 && most >= mostPerKey && most <= 100_000,
                "most is at least most-per-key, up to 100000");
        require(within(burst) && within(duration) && within(idle) && within(answerTimeout), "times are 1ms to 24h");
        require(!partialEvery.isNegative() && partialEvery.toSeconds() <= 60, "partial-every is 0 to 60s");
    }

    private static boolean within(Duration time) {
        return time.toMillis() >= 1 && time.toHours() <= 24;
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.audio-stream: " + rule);
        }
    }
}
