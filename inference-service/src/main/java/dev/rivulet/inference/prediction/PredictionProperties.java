// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.prediction;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of the HTTP API of stateless models.
 *
 * @param maxInputs texts or documents of one request
 */
@Validated
@ConfigurationProperties("rivulet.prediction")
record PredictionProperties(@DefaultValue("2048") @Min(1) int maxInputs) {}
