// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents.pgvector;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PgvectorProperties.class)
@ConditionalOnProperty(name = "rivulet.documents.vectors", havingValue = "pgvector")
class PgvectorConfiguration {

    @Bean(destroyMethod = "close")
    PgvectorMeanings pgvectorMeanings(PgvectorProperties settings, MeterRegistry meters) {
        PgvectorMeanings meanings = new PgvectorMeanings(new VectorDatabase(settings), settings);
        Gauge.builder("rivulet.documents.store.breaker.open", meanings, one -> one.leftAlone() ? 1 : 0)
                .description("Whether the database of vectors is left alone for a while because it keeps failing")
                .register(meters);
        return meanings;
    }
}
