package dev.rivulet.registry.artifacts;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Where blobs are and what an upload may be.
 *
 * @param folder made if it is not there
 * @param maxBlobSize of one blob
 * @param maxUploads at the same time; more are told to come later
 * @param uploadIdle how long an upload may pause
 */
@Validated
@ConfigurationProperties("rivulet.artifacts")
public record ArtifactsSettings(
        @DefaultValue(".rivulet/data/artifacts") Path folder,
        @DefaultValue("16GB") DataSize maxBlobSize,
        @DefaultValue("16") @Min(1) @Max(1024) int maxUploads,
        @DefaultValue("30s") Duration uploadIdle) {

    public ArtifactsSettings {
        if (maxBlobSize.toBytes() < 1) {
            throw new IllegalArgumentException("max-blob-size must be at least one byte");
        }
        if (!uploadIdle.isPositive()) {
            throw new IllegalArgumentException("upload-idle must be longer than nothing");
        }
    }
}
