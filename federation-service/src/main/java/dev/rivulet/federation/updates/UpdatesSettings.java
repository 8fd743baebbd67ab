package dev.rivulet.federation.updates;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of updates; the size budget of one is its federation's.
 *
 * @param mostMetrics of one update
 * @param mostDecoded updates that are decoded and judged at a time
 */
@Validated
@ConfigurationProperties("rivulet.federation.updates")
record UpdatesSettings(
        @DefaultValue("32") @Min(0) @Max(1000) int mostMetrics,
        @DefaultValue("4") @Min(1) @Max(1000) int mostDecoded) {}
