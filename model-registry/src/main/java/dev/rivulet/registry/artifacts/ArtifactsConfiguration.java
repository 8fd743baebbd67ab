package dev.rivulet.registry.artifacts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
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

    /** Up while uploads can be taken in. */
    @Bean
    HealthIndicator artifactsHealthIndicator(ArtifactsSettings settings) {
        Path incoming = settings.incoming();
        return () -> Files.isWritable(incoming)
                ? Health.up()
                        .withDetail("free_bytes", incoming.toFile().getUsableSpace())
                        .build()
                : Health.down()
                        .withDetail("reason", "the folder of the blobs can't be written")
                        .build();
    }
}
