// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.requests;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which requests are remembered.
 *
 * @param remembered requests that ended last, 1 to 100,000
 * @param steps most steps of one, 1 to 1,000
 * @param listed of those, that a page lists, 1 to 1,000
 * @param interval how often a page is told
 */
@ConfigurationProperties("rivulet.console.requests")
@Validated
public record RequestSettings(
        @DefaultValue("1000") @Min(1) @Max(100_000) int remembered,
        @DefaultValue("32") @Min(1) @Max(1000) int steps,
        @DefaultValue("50") @Min(1) @Max(1000) int listed,
        @DefaultValue("1s") Duration interval) {}
