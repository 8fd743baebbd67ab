package dev.rivulet.gateway.documents;

import dev.rivulet.gateway.files.FileStore;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DocumentsProperties.class)
class DocumentsConfiguration {

    @Bean
    Shelf documentShelf(FileStore files, DocumentsProperties limits, JsonMapper json) {
        return new Shelf(
                files,
                limits,
                json,
                Clock.systemUTC(),
                () -> UUID.randomUUID().toString().replace("-", ""));
    }

    @Bean
    DocumentsRoute documentsRoute(Shelf shelf, DocumentsProperties limits, JsonMapper json) {
        return new DocumentsRoute(shelf, limits, json, Schedulers.boundedElastic());
    }
}
