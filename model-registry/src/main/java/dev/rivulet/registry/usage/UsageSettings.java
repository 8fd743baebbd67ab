// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.usage;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How finished requests are counted.
 *
 * @param enabled whether they are
 * @param group the consumer group; one for all registries
 * @param remember how long an event is known as counted; longer than the topic keeps it
 * @param keep how long a day is known; at least as long as an event, and 1 to 3650 days
 */
@Validated
@ConfigurationProperties("rivulet.usage")
public record UsageSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("model-registry-usage") String group,
        @DefaultValue("8d") Duration remember,
        @DefaultValue("400d") Duration keep) {

    private static final Duration LONGEST = Duration.ofDays(3650);

    public UsageSettings {
        if (group.isBlank() || !remember.isPositive()) {
            throw new IllegalArgumentException("rivulet.usage has a group and remembers for some time");
        }
        if (keep.toDays() < 1 || keep.compareTo(remember) < 0 || keep.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "rivulet.usage.keep is 1 to 3650 days and at least rivulet.usage.remember, was " + keep);
        }
    }
}
