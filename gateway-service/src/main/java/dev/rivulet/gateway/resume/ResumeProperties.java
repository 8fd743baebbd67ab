// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.resume;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long resumable streams live.
 *
 * @param grace how long generation goes on after the last reader has gone
 * @param lifetime how long a stream may take in all
 */
@ConfigurationProperties("rivulet.resume")
public record ResumeProperties(
        @DefaultValue("60s") Duration grace,
        @DefaultValue("10m") Duration lifetime) {

    private static final Duration LONGEST = Duration.ofHours(24);

    public ResumeProperties {
        if (grace.toMillis() < 1 || lifetime.toMillis() < 1 || lifetime.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("rivulet.resume: times are at least 1ms, lifetime at most 24h");
        }
    }
}
