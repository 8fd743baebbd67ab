// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is kept from a replica that fails, or has enough.
 *
 * @param concurrency requests that one replica may have at once from this gateway, 1 to 100,000; below the limit of
 *     admission it keeps a slow replica from taking every place
 * @param headTimeout how long a replica may take until a streamed answer begins, before another one is asked; at least 1 ms
 * @param breakerWindow how many answers the breaker looks at, 1 to 10,000
 * @param breakerCalls how many it must have seen to judge, 1 to the window
 * @param breakerFailures per cent of failures at which a replica gets no more work, 1 to 100
 * @param breakerWait how long it gets none, at least 1 ms
 * @param breakerTrials how many requests try it then, 1 to 100
 */
@ConfigurationProperties("rivulet.routing.replica")
public record GuardProperties(
        @DefaultValue("10000") int concurrency,
        @DefaultValue("30s") Duration headTimeout,
        @DefaultValue("20") int breakerWindow,
        @DefaultValue("5") int breakerCalls,
        @DefaultValue("50") int breakerFailures,
        @DefaultValue("5s") Duration breakerWait,
        @DefaultValue("2") int breakerTrials) {

    public GuardProperties {
        require(concurrency >= 1 && concurrency <= 100_000, "concurrency is between 1 and 100000");
        require(headTimeout.toMillis() >= 1, "head-timeout is at least 1ms");
        require(breakerWindow >= 1 && breakerWindow <= 10_000, "breaker-window is between 1 and 10000");
        require(breakerCalls >= 1 && breakerCalls <= breakerWindow, "breaker-calls is between 1 and breaker-window");
        require(breakerFailures >= 1 && breakerFailures <= 100, "breaker-failures is between 1 and 100");
        require(breakerWait.toMillis() >= 1, "breaker-wait is at least 1ms");
        require(breakerTrials >= 1 && breakerTrials <= 100, "breaker-trials is between 1 and 100");
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.routing.replica: " + rule);
        }
    }
}
