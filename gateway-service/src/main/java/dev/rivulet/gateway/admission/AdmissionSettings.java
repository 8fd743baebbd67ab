// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How much is let in at once, of each model. May change while the gateway runs.
 *
 * @param concurrency requests of one model that run at once, 1 to 100,000: at most where the limit adapts, always where it
 *     does not
 * @param adaptive whether the limit falls below {@code concurrency} while requests queue at the replicas
 * @param initialConcurrency where an adaptive limit starts, 1 to 100,000
 * @param leastConcurrency what an adaptive limit never falls below, 1 to 100,000
 * @param headroom places beyond the limit for keys of which nothing runs or waits while another has several places, as a percentage
 *     of the limit, 0 to 100: at least one place, for 0 none
 * @param replicaQueue how long requests may wait at a replica before an adaptive limit falls, 1ms to 1 minute
 * @param queue requests of one model that wait for room, 0 to 100,000
 * @param keyQueue requests of one key among them, 0 to 100,000
 * @param maxWait how long one of them waits at most, up to 10 minutes
 * @param aging how long a less urgent class is passed over before it gets a turn, 1ms to 10 minutes
 */
@Validated
@ConfigurationProperties("rivulet.admission")
public record AdmissionSettings(
        @DefaultValue("256") @Min(1) @Max(100_000) int concurrency,
        @DefaultValue("true") boolean adaptive,
        @DefaultValue("16") @Min(1) @Max(100_000) int initialConcurrency,
        @DefaultValue("4") @Min(1) @Max(100_000) int leastConcurrency,
        @DefaultValue("12") @Min(0) @Max(100) int headroom,
        @DefaultValue("100ms") Duration replicaQueue,
        @DefaultValue("256") @Min(0) @Max(100_000) int queue,
        @DefaultValue("256") @Min(0) @Max(100_000) int keyQueue,
        @DefaultValue("10s") Duration maxWait,
        @DefaultValue("2s") Duration aging) {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    public AdmissionSettings {
        require(maxWait, Duration.ZERO, LONGEST_WAIT, "max-wait is between 0s and 10m");
        require(aging, Duration.ofMillis(1), LONGEST_WAIT, "aging is between 1ms and 10m");
        require(replicaQueue, Duration.ofMillis(1), Duration.ofMinutes(1), "replica-queue is between 1ms and 1m");
    }

    /** The least that an adaptive limit may be. */
    int floor() {
        return adaptive ? Math.min(leastConcurrency, concurrency) : concurrency;
    }

    /** Places beyond a limit. */
    int headroomOf(int limit) {
        return headroom == 0 ? 0 : Math.max(1, limit * headroom / 100);
    }

    private static void require(Duration given, Duration least, Duration most, String rule) {
        if (given.compareTo(least) < 0 || given.compareTo(most) > 0) {
            throw new IllegalArgumentException("rivulet.admission." + rule + ", was " + given);
        }
    }
}
