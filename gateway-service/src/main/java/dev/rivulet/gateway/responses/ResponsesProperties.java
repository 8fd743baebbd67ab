// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How many responses are kept, and for how long.
 *
 * @param keep how long a response can be asked for, up to 30 days
 * @param maxMemory bytes of responses and their items that this gateway keeps; the oldest are forgotten first
 * @param maxMemoryPerKey bytes that it keeps of one key
 * @param lifetime how long a background response may wait and run
 * @param ping time between keep-alive comments while a reader waits for one
 * @param shared whether all gateways know responses that were waited for, also after a restart
 */
@ConfigurationProperties("rivulet.responses")
public record ResponsesProperties(
        @DefaultValue("24h") Duration keep,
        @DefaultValue("32MB") DataSize maxMemory,
        @DefaultValue("8MB") DataSize maxMemoryPerKey,
        @DefaultValue("1h") Duration lifetime,
        @DefaultValue("10s") Duration ping,
        @DefaultValue("none") Shared shared) {

    /** Who knows a response that was waited for. */
    public enum Shared {
        /** The gateway that answered it, until it stops. */
        NONE,
        /** All gateways, over the topic {@code inference.response.kept}: what was asked and answered is on Kafka. */
        KAFKA
    }

    private static final Duration LONGEST_KEPT = Duration.ofDays(30);
    private static final Duration LONGEST = Duration.ofHours(24);

    public ResponsesProperties {
        require(keep.toMillis() >= 1 && keep.compareTo(LONGEST_KEPT) <= 0, "keep is between 1ms and 30 days");
        require(maxMemoryPerKey.toBytes() >= 1, "max-memory-per-key is at least 1B");
        require(maxMemory.compareTo(maxMemoryPerKey) >= 0, "max-memory is at least max-memory-per-key");
        require(within(lifetime) && within(ping), "lifetime and ping are between 1ms and 24h");
    }

    private static boolean within(Duration time) {
        return time.toMillis() >= 1 && time.compareTo(LONGEST) <= 0;
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.responses: " + rule);
        }
    }
}
