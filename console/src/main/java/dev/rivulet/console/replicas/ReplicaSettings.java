// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.replicas;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How replicas are shown.
 *
 * @param staleAfter a replica silent for so long is shown as stale, as the gateway drops it
 * @param forgottenAfter a replica silent for so long is no longer shown
 * @param interval how often a browser is told
 * @param limit how many replicas are kept, 1 to 10,000
 */
@ConfigurationProperties("rivulet.console.replicas")
@Validated
public record ReplicaSettings(
        @DefaultValue("3s") Duration staleAfter,
        @DefaultValue("5m") Duration forgottenAfter,
        @DefaultValue("1s") Duration interval,
        @DefaultValue("512") @Min(1) @Max(10_000) int limit) {}
