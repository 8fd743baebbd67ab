package dev.rivulet.registry.changes.kafka;

import dev.rivulet.topics.TopicSettings;
import dev.rivulet.topics.TopicWatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;

/** Holds the broker against the catalogue; in the health of this service as {@code topics}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TopicSettings.class)
class TopicWatchConfiguration {

    @Bean
    TopicWatch topicsHealthIndicator(
            TopicProvisioning topics, KafkaAdmin admin, TopicSettings settings, Clock clock, MeterRegistry meters) {
        return new TopicWatch(
                TopicProvisioning.OWNER, topics::ensure, admin.getConfigurationProperties(), settings, clock, meters);
    }
}
