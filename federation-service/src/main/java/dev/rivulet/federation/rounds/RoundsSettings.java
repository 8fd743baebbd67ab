// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of rounds.
 *
 * @param mostFederations side by side
 * @param mostValues of a model
 * @param mostWaiting devices that one federation lets wait
 * @param longestWait of a device; shorter than the idle time of proxies
 * @param tick how often times are looked at; what devices do is looked at at once
 * @param mostGiven bytes of a model that goes with the work; a larger one is fetched
 * @param snapshotEvery so many rounds what they add up to is kept, so that who takes a federation up reads only later ones
 */
@Validated
@ConfigurationProperties("rivulet.federation.rounds")
public record RoundsSettings(
        @DefaultValue("64") @Min(1) @Max(1000) int mostFederations,
        @DefaultValue("16777216") @Min(1) @Max(1 << 28) int mostValues,
        @DefaultValue("20000") @Min(1) @Max(1_000_000) int mostWaiting,
        @DefaultValue("25s") Duration longestWait,
        @DefaultValue("200ms") Duration tick,
        @DefaultValue("16MB") DataSize mostGiven,
        @DefaultValue("16") @Min(1) @Max(10_000) int snapshotEvery) {

    public RoundsSettings {
        if (!longestWait.isPositive() || !tick.isPositive() || mostGiven.isNegative()) {
            throw new IllegalArgumentException("longest-wait and tick must be positive, most-given not negative");
        }
    }
}
