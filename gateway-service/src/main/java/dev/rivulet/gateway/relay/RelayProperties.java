// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * Limits of what passes through.
 *
 * @param maxBody largest request body, up to 64 MB
 * @param maxBodies bytes of request bodies held at once, over all requests
 * @param headerTimeout how long the head of a request may take to arrive, from its first byte
 * @param bodyTimeout how long a body may take to arrive
 * @param maxDepth deepest nesting of JSON in a body, 1 to 1,000
 * @param maxAnswer largest answer that is not streamed
 * @param attempts replicas tried for one request, 1 to 10
 * @param connectTimeout how long a connection to a replica may take to open
 * @param firstByteTimeout how long a streamed answer may take to begin
 * @param idleTimeout how long a replica may be silent within a stream that its reader waits for
 * @param answerTimeout how long an answer that is not streamed may take
 * @param readerTimeout how long a reader may stall before its stream is closed
 * @param ping time between keep-alive comments while an answer has not begun
 */
@ConfigurationProperties("rivulet.relay")
public record RelayProperties(
        @DefaultValue("8MB") DataSize maxBody,
        @DefaultValue("128MB") DataSize maxBodies,
        @DefaultValue("10s") Duration headerTimeout,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("64") int maxDepth,
        @DefaultValue("8MB") DataSize maxAnswer,
        @DefaultValue("3") int attempts,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("120s") Duration firstByteTimeout,
        @DefaultValue("60s") Duration idleTimeout,
        @DefaultValue("10m") Duration answerTimeout,
        @DefaultValue("5m") Duration readerTimeout,
        @Name("ping-interval") @DefaultValue("10s") Duration ping) {

    private static final DataSize LARGEST_BODY = DataSize.ofMegabytes(64);

    public RelayProperties {
        require(maxBody.toBytes() >= 1 && maxBody.compareTo(LARGEST_BODY) <= 0, "max-body is between 1B and 64MB");
        require(maxBodies.compareTo(maxBody) >= 0, "max-bodies is at least max-body");
        require(maxDepth >= 1 && maxDepth <= 1_000, "max-depth is between 1 and 1000");
        require(
                maxAnswer.toBytes() >= 1 && maxAnswer.compareTo(LARGEST_BODY) <= 0,
                "max-answer is between 1B and 64MB");
        require(attempts >= 1 && attempts <= 10, "attempts is between 1 and 10");
        require(
                positive(headerTimeout, bodyTimeout, connectTimeout, firstByteTimeout, idleTimeout),
                "timeouts are at least 1ms");
        require(positive(answerTimeout, readerTimeout, ping), "timeouts and ping-interval are at least 1ms");
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.relay: " + rule);
        }
    }

    private static boolean positive(Duration... durations) {
        for (Duration duration : durations) {
            if (duration.toMillis() < 1) {
                return false;
            }
        }
        return true;
    }
}
