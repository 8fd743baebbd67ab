// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.mcp;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where the MCP server's tools look, and how much at once.
 *
 * @param enabled whether {@code /mcp} is served
 * @param registry address of the model registry
 * @param federation address of the federation-service
 * @param timeout how long a service may take to answer, 1 s to 5 min
 * @param maxAnswer the most that a service may answer, 1 KB to 16 MB
 * @param calls tools that run at once, 1 to 1,000; more are told to come again
 */
@ConfigurationProperties("rivulet.mcp")
record McpProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("http://127.0.0.1:7102") URI registry,
        @DefaultValue("http://127.0.0.1:7106") URI federation,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("1MB") DataSize maxAnswer,
        @DefaultValue("16") int calls) {

    private static final Duration LONGEST = Duration.ofMinutes(5);

    McpProperties {
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("rivulet.mcp.timeout is from 1s to 5m, not " + timeout);
        }
        if (maxAnswer.toBytes() < 1_024 || maxAnswer.toMegabytes() > 16) {
            throw new IllegalArgumentException("rivulet.mcp.max-answer is from 1KB to 16MB, not " + maxAnswer);
        }
        if (calls < 1 || calls > 1_000) {
            throw new IllegalArgumentException("rivulet.mcp.calls is from 1 to 1000, not " + calls);
        }
    }
}
