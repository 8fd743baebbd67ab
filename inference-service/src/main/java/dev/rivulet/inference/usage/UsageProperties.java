// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.usage;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How usage is told.
 *
 * @param backlog facts that may wait for the broker; the ones beyond are dropped and counted
 */
@Validated
@ConfigurationProperties("rivulet.usage")
record UsageProperties(
        @DefaultValue("10000") @Min(1) @Max(1_000_000) int backlog) {}
