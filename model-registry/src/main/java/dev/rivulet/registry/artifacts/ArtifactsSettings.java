// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Where blobs are and what an upload may be.
 *
 * @param folder of blobs and of uploads on their way; made if it is not there
 * @param maxBlobSize of one blob
 * @param maxUploads that send at the same time; more are told to come later
 * @param uploadIdle how long an upload may pause within a request
 * @param maxSessions resumable uploads that are open at once
 * @param maxStaged bytes that all open sessions together have announced
 * @param minFree bytes of the disk of uploads that stay free; below that none is begun, and the registry is not ready
 * @param sessionExpiry how long a session may rest before it is thrown away
 * @param grace how long a blob that no version names stays, counted from when it was last sent or asked for
 * @param collectEvery pause between two collections
 * @param keys file of the keys that blobs are sealed under, {@code id:base64} a line, the current one first; none for no sealing
 * @param backend where blobs lie; uploads on their way are in the folder in any case
 */
@Validated
@ConfigurationProperties("rivulet.artifacts")
public record ArtifactsSettings(
        @DefaultValue(".rivulet/data/artifacts") Path folder,
        @DefaultValue("16GB") DataSize maxBlobSize,
        @DefaultValue("16") @Min(1) @Max(1024) int maxUploads,
        @DefaultValue("30s") Duration uploadIdle,
        @DefaultValue("64") @Min(1) @Max(10_000) int maxSessions,
        @DefaultValue("64GB") DataSize maxStaged,
        @DefaultValue("64MB") DataSize minFree,
        @DefaultValue("24h") Duration sessionExpiry,
        @DefaultValue("24h") Duration grace,
        @DefaultValue("1h") Duration collectEvery,
        @Nullable Path keys,
        @DefaultValue("disk") Backend backend) {

    private static final Duration RENEWAL = Duration.ofHours(1);

    /** Where blobs lie: in a folder, or in a bucket ({@code rivulet.artifacts.s3}). */
    public enum Backend {
        DISK,
        S3
    }

    public ArtifactsSettings {
        if (maxBlobSize.toBytes() < 1 || maxStaged.toBytes() < 1) {
            throw new IllegalArgumentException("max-blob-size and max-staged must be at least one byte");
        }
        if (minFree.isNegative()) {
            throw new IllegalArgumentException("min-free must not be negative");
        }
        if (!uploadIdle.isPositive() || !sessionExpiry.isPositive() || !collectEvery.isPositive()) {
            throw new IllegalArgumentException(
                    "upload-idle, session-expiry and collect-every must be longer than nothing");
        }
        if (grace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative");
        }
    }

    /** How long a mark that somebody asked for a blob is good for whoever asks again: an hour, or less with a short grace time. */
    Duration renewal() {
        Duration quarter = grace.dividedBy(4);
        return quarter.compareTo(RENEWAL) < 0 ? quarter : RENEWAL;
    }

    /** The folder of uploads on their way. */
    public Path incoming() {
        return folder.resolve("incoming");
    }
}
