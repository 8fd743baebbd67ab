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
 */
@Validated
@ConfigurationProperties("rivulet.usage")
public record UsageSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("model-registry-usage") String group,
        @DefaultValue("8d") Duration remember) {

    public UsageSettings {
        if (group.isBlank() || !remember.isPositive()) {
            throw new IllegalArgumentException("rivulet.usage has a group and remembers for some time");
        }
    }
}
