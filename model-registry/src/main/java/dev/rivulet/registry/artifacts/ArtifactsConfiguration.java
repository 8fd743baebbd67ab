// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Opens the store. */
@Configuration(proxyBeanMethods = false)
class ArtifactsConfiguration {

    @Bean
    BlobStore blobStore(BlobBackend backend, ArtifactsSettings settings) throws IOException {
        Path keys = settings.keys();
        return new BlobStore(
                backend, settings.incoming(), keys == null ? null : KeyRing.read(keys, new SecureRandom()));
    }

    /** Up while uploads can be taken in and blobs be kept. */
    @Bean
    HealthIndicator artifactsHealthIndicator(BlobBackend backend, ArtifactsSettings settings) {
        Path incoming = settings.incoming();
        return () -> Files.isWritable(incoming)
                ? health(backend, incoming, settings.minFree().toBytes())
                : down("the folder of uploads on their way can't be written");
    }

    private static Health health(BlobBackend backend, Path incoming, long least) {
        long free = incoming.toFile().getUsableSpace();
        if (free < least) {
            return down("the disk of uploads on their way has " + free + " bytes left, fewer than " + least);
        }
        try {
            backend.check();
            return Health.up().withDetail("free_bytes", free).build();
        } catch (IOException e) {
            return down(e.getMessage());
        }
    }

    private static Health down(@Nullable String reason) {
        return Health.down()
                .withDetail("reason", Objects.requireNonNullElse(reason, "unknown"))
                .build();
    }
}
