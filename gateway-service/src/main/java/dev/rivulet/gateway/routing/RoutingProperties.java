// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How replicas are looked after and chosen.
 *
 * @param tick how often the table is looked over for replicas to ask, 50 ms to 5 s
 * @param probeTimeout how long a replica may take to answer when it is asked, up to 30 s
 * @param strategy how one of several replicas is picked
 * @param loadBound how many times the mean of outstanding tokens a replica may have to get a session or a prefix, 1 to 10
 * @param freeTokens outstanding tokens below which it gets them whatever the mean is, 0 to 1,000,000
 * @param prefixBlocks how many blocks of 64 characters say where a prompt goes, 1 to 16
 * @param sessions how many sessions are remembered, 0 to 1,000,000
 * @param sessionIdle after which one is forgotten
 */
@ConfigurationProperties("rivulet.routing")
public record RoutingProperties(
        @DefaultValue("250ms") Duration tick,
        @DefaultValue("1s") Duration probeTimeout,
        @DefaultValue("locality") Strategy strategy,
        @DefaultValue("1.25") double loadBound,
        @DefaultValue("2048") long freeTokens,
        @DefaultValue("4") int prefixBlocks,
        @DefaultValue("20000") int sessions,
        @DefaultValue("10m") Duration sessionIdle) {

    /** How one of several replicas is picked. */
    public enum Strategy {
        /** Session, then prefix, then fewest outstanding tokens. */
        LOCALITY,
        /** Fewest outstanding tokens. */
        LEAST_TOKENS,
        /** One after the other, whatever they have to do: to compare with. */
        ROUND_ROBIN
    }

    public RoutingProperties {
        require(tick.toMillis() >= 50 && tick.toMillis() <= 5_000, "tick is between 50ms and 5s");
        require(
                probeTimeout.toMillis() >= 50 && probeTimeout.toMillis() <= 30_000,
                "probe-timeout is between 50ms and 30s");
        require(loadBound >= 1 && loadBound <= 10, "load-bound is between 1 and 10");
        require(freeTokens >= 0 && freeTokens <= 1_000_000, "free-tokens is between 0 and 1000000");
        require(prefixBlocks >= 1 && prefixBlocks <= 16, "prefix-blocks is between 1 and 16");
        require(sessions >= 0 && sessions <= 1_000_000, "sessions is between 0 and 1000000");
        require(sessionIdle.toMillis() >= 1, "session-idle is at least 1ms");
    }

    Picker picker() {
        return new Picker(strategy, loadBound, freeTokens, prefixBlocks);
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.routing: " + rule);
        }
    }
}
