// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Which bucket, and how it is reached. Counts where {@code rivulet.artifacts.backend} is {@code s3}.
 *
 * @param endpoint URL of the service, empty for the one of AWS
 * @param region that requests are signed for
 * @param bucket which must be there
 * @param prefix before the name of every object; empty, or ends with a slash
 * @param accessKey empty for what the SDK finds: environment, profile, role of the container or the machine
 * @param secretKey that belongs to it
 * @param pathStyle whether the bucket is in the path and not in the name of the host, as most services of one's own want it
 * @param partSize larger objects are sent in parts of this size, or of larger ones where there would be more than 10,000
 * @param connectTimeout to the service
 * @param readTimeout between two reads
 * @param callTimeout of one call with all its attempts, until its answer begins
 * @param attempts of one call; also how often a download that breaks is taken up again within 1 MiB
 */
@Validated
@ConfigurationProperties("rivulet.artifacts.s3")
record S3Settings(
        @DefaultValue("") String endpoint,
        @DefaultValue("us-east-1") @NotBlank String region,
        @DefaultValue("rivulet") @NotBlank String bucket,
        @DefaultValue("blobs/") String prefix,
        @DefaultValue("") String accessKey,
        @DefaultValue("") String secretKey,
        @DefaultValue("true") boolean pathStyle,
        @DefaultValue("16MB") DataSize partSize,
        @DefaultValue("3s") Duration connectTimeout,
        @DefaultValue("30s") Duration readTimeout,
        @DefaultValue("2m") Duration callTimeout,
        @DefaultValue("4") @Min(1) @Max(20) int attempts) {

    private static final DataSize LEAST = DataSize.ofMegabytes(5);

    S3Settings {
        if (partSize.compareTo(LEAST) < 0) {
            throw new IllegalArgumentException("part-size must be at least 5 MB");
        }
        if (!connectTimeout.isPositive() || !readTimeout.isPositive() || !callTimeout.isPositive()) {
            throw new IllegalArgumentException("the timeouts of rivulet.artifacts.s3 must be longer than nothing");
        }
        if (accessKey.isEmpty() != secretKey.isEmpty()) {
            throw new IllegalArgumentException("access-key and secret-key go together");
        }
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            throw new IllegalArgumentException("prefix must end with a slash");
        }
    }

    /** How messages name the bucket. */
    String place() {
        return "the bucket '" + bucket + "' at " + (endpoint.isEmpty() ? "AWS in " + region : endpoint);
    }

    /** Without the keys. */
    @Override
    public String toString() {
        return "S3Settings[" + place() + ", prefix=" + prefix + "]";
    }
}
