// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.kafka;

import dev.rivulet.topics.CatalogueTopics;
import dev.rivulet.topics.TopicSettings;
import dev.rivulet.topics.TopicWatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Makes the topics that a replica writes or reads, and holds the broker against the catalogue; {@code topics} in its health. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.jobs.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TopicSettings.class)
class TopicWatchConfiguration {

    private static final String SERVICE = "inference-service";
    private static final short AS_THE_BROKER_SAYS = -1;

    @Bean
    TopicWatch topicsHealthIndicator(KafkaClients clients, TopicSettings settings, Clock clock, MeterRegistry meters) {
        CatalogueTopics topics = new CatalogueTopics(SERVICE, clients.connection(), AS_THE_BROKER_SAYS);
        return new TopicWatch(SERVICE, topics::make, clients.connection(), settings, clock, meters);
    }
}
