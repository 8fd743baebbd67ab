// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of what clients of MLflow upload.
 *
 * @param maxUploads at the same time; more are told to come later
 * @param maxFiles of one folder of uploads
 * @param maxWaiting files of all folders that no version took yet
 * @param keepUploads how long files wait for the version that takes them
 */
@Validated
@ConfigurationProperties("rivulet.mlflow")
public record MlflowSettings(
        @DefaultValue("8") @Min(1) @Max(1024) int maxUploads,
        @DefaultValue("256") @Min(1) @Max(10_000) int maxFiles,
        @DefaultValue("10000") @Min(1) int maxWaiting,
        @DefaultValue("24h") Duration keepUploads) {

    public MlflowSettings {
        if (!keepUploads.isPositive()) {
            throw new IllegalArgumentException("keep-uploads must be longer than nothing");
        }
    }
}
