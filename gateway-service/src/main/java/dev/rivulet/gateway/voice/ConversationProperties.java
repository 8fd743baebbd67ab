// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of chats over a WebSocket.
 *
 * @param model whom is asked where the caller names nobody
 * @param maxMessage largest message, pictures included, 1 KB to 8 MB
 * @param maxSound longest recording of a question, up to 30 s
 * @param duration longest connection
 * @param idle longest time without a message; the time of an answer counts
 * @param most connections at once
 * @param mostPerKey connections of a key at once
 */
@ConfigurationProperties("rivulet.chat-stream")
record ConversationProperties(
        @DefaultValue("assistant") String model,
        @DefaultValue("4MB") DataSize maxMessage,
        @DefaultValue("30s") Duration maxSound,
        @DefaultValue("15m") Duration duration,
        @DefaultValue("2m") Duration idle,
        @DefaultValue("200") int most,
        @DefaultValue("8") int mostPerKey) {

    ConversationProperties {
        require(!model.isBlank() && model.length() <= 200, "model has 1 to 200 characters");
        require(maxMessage.toBytes() >= 1024 && maxMessage.toBytes() <= 8 << 20, "max-message is 1KB to 8MB");
        require(maxSound.toMillis() >= 100 && maxSound.toSeconds() <= 30, "max-sound is 100ms to 30s");
        require(
                mostPerKey >= 1 && most >= mostPerKey && most <= 100_000,
                "most is at least most-per-key, up to 100000");
        require(within(duration) && within(idle), "times are 1ms to 24h");
    }

    private static boolean within(Duration time) {
        return time.toMillis() >= 1 && time.toHours() <= 24;
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.chat-stream: " + rule);
        }
    }
}
