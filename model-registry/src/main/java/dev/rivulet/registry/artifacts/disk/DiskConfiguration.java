package dev.rivulet.registry.artifacts.disk;

import dev.rivulet.registry.artifacts.ArtifactsSettings;
import dev.rivulet.registry.artifacts.BlobStore;
import java.io.IOException;
import java.nio.file.Files;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Opens the folder of the blobs. */
@Configuration(proxyBeanMethods = false)
class DiskConfiguration {

    @Bean
    BlobStore blobStore(ArtifactsSettings settings) throws IOException {
        return new DiskBlobStore(settings.folder());
    }

    /** Up while blobs can be stored. */
    @Bean
    HealthIndicator artifactsHealthIndicator(ArtifactsSettings settings) {
        return () -> Files.isWritable(settings.folder().resolve("incoming"))
                ? Health.up()
                        .withDetail("free_bytes", settings.folder().toFile().getUsableSpace())
                        .build()
                : Health.down()
                        .withDetail("reason", "the folder of the blobs can't be written")
                        .build();
    }
}
