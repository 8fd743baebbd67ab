// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.handover;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How versions are handed over.
 *
 * @param registry address of the model registry
 * @param token by which services know each other; empty on a machine without one
 * @param poll how often it is looked for versions that are due
 * @param timeout of one request to the registry, an upload included
 * @param retryMin the wait after a first failure; it doubles
 * @param retryMax the longest wait between two attempts
 */
@Validated
@ConfigurationProperties("rivulet.federation.handover")
public record HandoverSettings(
        @DefaultValue("http://127.0.0.1:7102") URI registry,
        @DefaultValue("") String token,
        @DefaultValue("1s") Duration poll,
        @DefaultValue("60s") Duration timeout,
        @DefaultValue("500ms") Duration retryMin,
        @DefaultValue("1m") Duration retryMax) {

    private static final int MOST_DOUBLINGS = 20;

    public HandoverSettings {
        if (!poll.isPositive() || !timeout.isPositive() || !retryMin.isPositive() || retryMax.compareTo(retryMin) < 0) {
            throw new IllegalArgumentException(
                    "the times of rivulet.federation.handover are positive, and retry-max is not below retry-min");
        }
    }

    /**
     * How long a version is one process's own, so that the next one need not wait long for one that ended in the middle. Where all
     * requests are slow, two processes may hand over the same version; each step is the same twice.
     */
    Duration lease() {
        return timeout.multipliedBy(2);
    }

    /**
     * The wait before the next attempt.
     *
     * @param attempts so far, 1 or more
     */
    Duration backoff(int attempts) {
        Duration doubled = retryMin.multipliedBy(1L << Math.min(attempts - 1, MOST_DOUBLINGS));
        return doubled.compareTo(retryMax) > 0 ? retryMax : doubled;
    }

    @Override
    public String toString() {
        return "HandoverSettings[" + registry + "]";
    }
}
