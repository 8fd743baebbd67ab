// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.topics;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the broker is held against the catalogue of events.
 *
 * @param enabled false for a service that is to run without a broker
 * @param checkEvery after an answer
 * @param retry while the broker is away
 */
@Validated
@ConfigurationProperties("rivulet.topics")
public record TopicSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("10m") Duration checkEvery,
        @DefaultValue("5s") Duration retry) {

    public TopicSettings {
        if (checkEvery.toMillis() < 1 || retry.toMillis() < 1) {
            throw new IllegalArgumentException("the times of rivulet.topics are at least 1ms");
        }
    }
}
