// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the relay works.
 *
 * @param poll how often it looks for facts nobody told it of, such as those of another instance
 * @param lease how long a fact is its own; longer than the producer's delivery timeout
 * @param retryMin the wait after a first failure
 * @param retryMax the longest wait between two attempts
 * @param keepSent how long sent facts stay, for people who look
 * @param purgeBatch how many are deleted at once
 */
@Validated
@ConfigurationProperties("rivulet.outbox")
record OutboxSettings(
        @DefaultValue("500ms") Duration poll,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("200ms") Duration retryMin,
        @DefaultValue("5s") Duration retryMax,
        @DefaultValue("1h") Duration keepSent,
        @DefaultValue("1000") @Min(1) @Max(100_000) int purgeBatch) {

    OutboxSettings {
        if (!poll.isPositive() || !lease.isPositive() || !retryMin.isPositive() || keepSent.isNegative()) {
            throw new IllegalArgumentException("the times of rivulet.outbox must be positive");
        }
        if (retryMax.compareTo(retryMin) < 0) {
            throw new IllegalArgumentException("retry-max must not be shorter than retry-min");
        }
    }

    /**
     * The wait before the next attempt: doubles with every failure up to the longest, the upper half at random, so that
     * relays don't knock together.
     *
     * @param attempt failures so far, at least 1
     * @param random 0 to 1
     */
    Duration backoff(int attempt, double random) {
        double doubled = retryMin.toMillis() * Math.pow(2, Math.min(attempt - 1, 30));
        double capped = Math.min(doubled, (double) retryMax.toMillis());
        return Duration.ofMillis(Math.max(1, Math.round(capped * (0.5 + random / 2))));
    }
}
