// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.files.http;

import dev.rivulet.gateway.files.FileStore;
import dev.rivulet.gateway.files.FilesProperties;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FilesProperties.class)
class FilesConfiguration {

    @Bean
    FileStore fileStore(FilesProperties limits, JsonMapper json) {
        return new FileStore(limits, json, Clock.systemUTC(), UUID::randomUUID);
    }

    @Bean
    FilesRoute filesRoute(FileStore store, FilesProperties limits, JsonMapper json) {
        return new FilesRoute(store, limits, json, Schedulers.boundedElastic());
    }
}
