// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

import dev.rivulet.registry.artifacts.BlobBackend;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Opens the bucket of the blobs; no class of the client is loaded unless this is chosen. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.artifacts.backend", havingValue = "s3")
class S3Configuration {

    @Bean(destroyMethod = "close")
    BlobBackend s3Backend(S3Settings settings) {
        return S3Backend.open(settings);
    }
}
