// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.disk;

import dev.rivulet.registry.artifacts.ArtifactsSettings;
import dev.rivulet.registry.artifacts.BlobBackend;
import java.io.IOException;
import java.time.Clock;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Opens the folder of the blobs. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.artifacts.backend", havingValue = "disk", matchIfMissing = true)
class DiskConfiguration {

    @Bean
    BlobBackend diskBackend(ArtifactsSettings settings, Clock clock) throws IOException {
        return new DiskBackend(settings.folder(), clock);
    }
}
