// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How dead letters are kept.
 *
 * @param group the consumer group that gathers them; one for all registries
 * @param most letters that may be parked; beyond, further ones stay on their topics until there is room
 * @param poll how often the registry looks for letters to send back that nobody told it of
 * @param keep how long a letter stays after it was decided
 */
@Validated
@ConfigurationProperties("rivulet.dead-letters")
public record DeadLettersSettings(
        @DefaultValue("model-registry-dead-letters") String group,
        @DefaultValue("20000") @Min(1) @Max(1_000_000) int most,
        @DefaultValue("1s") Duration poll,
        @DefaultValue("30d") Duration keep) {

    public DeadLettersSettings {
        if (group.isBlank() || poll.toMillis() < 1 || keep.isNegative()) {
            throw new IllegalArgumentException("rivulet.dead-letters has a group, and times that are positive");
        }
    }
}
