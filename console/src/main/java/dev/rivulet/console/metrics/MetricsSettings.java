// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How the metrics of services are read while somebody looks.
 *
 * @param interval how often each instance is asked
 * @param timeout how long one may take; it is shown as not answering after it
 * @param rate over which rates are taken
 * @param window over which percentiles are taken
 * @param history how many figures a page that was just opened is given, 1 to 600
 * @param linger how long reading goes on after the last page was closed, so that a reload has its history
 * @param instances most instances that are asked, 1 to 1,000
 * @param samples most samples of one instance, 1 to 100,000
 * @param maxAnswer the largest answer of one instance
 */
@ConfigurationProperties("rivulet.console.metrics")
@Validated
public record MetricsSettings(
        @DefaultValue("1s") Duration interval,
        @DefaultValue("3s") Duration timeout,
        @DefaultValue("5s") Duration rate,
        @DefaultValue("30s") Duration window,
        @DefaultValue("120") @Min(1) @Max(600) int history,
        @DefaultValue("30s") Duration linger,
        @DefaultValue("64") @Min(1) @Max(1000) int instances,
        @DefaultValue("4000") @Min(1) @Max(100_000) int samples,
        @DefaultValue("1MB") DataSize maxAnswer) {}
