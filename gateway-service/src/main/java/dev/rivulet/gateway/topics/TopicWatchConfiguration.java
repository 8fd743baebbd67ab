package dev.rivulet.gateway.topics;

import dev.rivulet.topics.CatalogueTopics;
import dev.rivulet.topics.TopicSettings;
import dev.rivulet.topics.TopicWatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Makes the topics that a gateway writes or reads, and holds the broker against the catalogue; {@code topics} in its health. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TopicSettings.class)
class TopicWatchConfiguration {

    private static final String SERVICE = "gateway-service";

    @Bean
    TopicWatch topicsHealthIndicator(Environment environment, TopicSettings settings, MeterRegistry meters) {
        KafkaConnection kafka = KafkaConnection.of(environment);
        CatalogueTopics topics = new CatalogueTopics(SERVICE, kafka.settings(), kafka.copies());
        return new TopicWatch(SERVICE, topics::make, kafka.settings(), settings, Clock.systemUTC(), meters);
    }
}
