// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.tensors;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of the Open Inference Protocol.
 *
 * @param maxBody largest request body
 * @param bodyTimeout how long a body may take to arrive
 * @param requests requests in hand at once, all models together; their bodies are in memory
 * @param runs graphs that run at once
 */
@Validated
@ConfigurationProperties("rivulet.tensors")
record TensorProperties(
        @DefaultValue("16MB") DataSize maxBody,
        @DefaultValue("30s") Duration bodyTimeout,
        @DefaultValue("16") @Min(1) @Max(1024) int requests,
        @DefaultValue("1") @Min(1) @Max(256) int runs) {}
