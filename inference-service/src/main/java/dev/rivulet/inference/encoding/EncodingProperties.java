// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.encoding;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How stateless models are run.
 *
 * @param latencyCeiling how long a text waits for others to share a batch
 * @param batchTokens most tokens of a batch, padding included; at least the longest text
 * @param batchRows most texts of a batch
 * @param queueRows most texts that wait for one model
 */
@Validated
@ConfigurationProperties("rivulet.encoding")
public record EncodingProperties(
        @DefaultValue("5ms") Duration latencyCeiling,
        @DefaultValue("4096") @Min(1) @Max(1 << 20) int batchTokens,
        @DefaultValue("64") @Min(1) @Max(4096) int batchRows,
        @DefaultValue("4096") @Min(1) @Max(1 << 20) int queueRows) {}
