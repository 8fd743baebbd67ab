// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.commands;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of the recognition of spoken commands.
 *
 * @param maxAudio largest audio, decoded from base64
 * @param maxDuration longest sound
 * @param maxAlternatives most alternatives that an answer names
 */
@Validated
@ConfigurationProperties("rivulet.commands")
record CommandsProperties(
        @DefaultValue("4MB") DataSize maxAudio,
        @DefaultValue("30s") Duration maxDuration,
        @DefaultValue("5") @Min(0) @Max(5) int maxAlternatives) {}
