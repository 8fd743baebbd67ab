// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.admission;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How many requests may be in. Follows a refresh without a restart.
 *
 * @param queue requests of one model that may wait, besides those that hold a slot
 */
@Validated
@ConfigurationProperties("rivulet.admission")
public record AdmissionProperties(
        @DefaultValue("256") @Min(0) @Max(100_000) int queue) {}
