// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.controls;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of what pages ask of services.
 *
 * @param maxBody the largest request, such as one part of an upload
 * @param watchEvery how often a page's paths are looked at for what changed
 * @param watchTimeout how long one look may take
 * @param maxWatched the largest answer that is watched
 * @param paths most paths of one watch, 1 to 32
 * @param watches most watches at once, 1 to 10,000
 */
@ConfigurationProperties("rivulet.console.controls")
@Validated
public record ControlSettings(
        @DefaultValue("4MB") DataSize maxBody,
        @DefaultValue("1s") Duration watchEvery,
        @DefaultValue("3s") Duration watchTimeout,
        @DefaultValue("4MB") DataSize maxWatched,
        @DefaultValue("8") @Min(1) @Max(32) int paths,
        @DefaultValue("64") @Min(1) @Max(10_000) int watches) {}
