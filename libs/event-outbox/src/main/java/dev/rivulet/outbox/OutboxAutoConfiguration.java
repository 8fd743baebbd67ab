// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import dev.rivulet.topics.TopicSettings;
import dev.rivulet.topics.TopicWatch;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.tracing.Tracer;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaAdmin;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gives a service with a table {@code outbox} an {@link Outbox}, and holds the broker against the catalogue; in the health of the
 * service as {@code topics}. The service gives a clock, a generator of random numbers, and a binding for each of its topics.
 */
@AutoConfiguration
@EnableConfigurationProperties({OutboxSettings.class, TopicSettings.class})
public class OutboxAutoConfiguration {

    private final String service;

    OutboxAutoConfiguration(@Value("${spring.application.name}") String service) {
        this.service = service;
    }

    @Bean
    KafkaAdmin topicAdmin(Environment environment) {
        return TopicProvisioning.admin(environment);
    }

    @Bean
    TopicProvisioning topicProvisioning(KafkaAdmin topicAdmin) {
        return new TopicProvisioning(service, topicAdmin);
    }

    @Bean
    TopicWatch topicsHealthIndicator(
            TopicProvisioning topics,
            KafkaAdmin topicAdmin,
            TopicSettings settings,
            Clock clock,
            MeterRegistry meters) {
        return new TopicWatch(
                service, topics::ensure, topicAdmin.getConfigurationProperties(), settings, clock, meters);
    }

    @Bean
    FreshProducers freshProducers(MeterRegistry meters) {
        return new FreshProducers(meters);
    }

    @Bean
    EventSender eventSender(StreamBridge bridge, TopicProvisioning topics, FreshProducers producers) {
        return new StreamEventSender(bridge, topics, producers);
    }

    @Bean
    OutboxStore outboxStore(JdbcClient jdbc, JsonMapper json) {
        return new JdbcOutboxStore(jdbc, json);
    }

    @Bean
    OutboxRelay outboxRelay(
            OutboxStore store,
            EventSender sender,
            OutboxSettings settings,
            RandomGenerator random,
            MeterRegistry meters) {
        return new OutboxRelay(store, sender, settings, random, meters);
    }

    @Bean
    OutboxLoop outboxLoop(OutboxRelay relay, OutboxSettings settings) {
        return new OutboxLoop(relay, settings);
    }

    @Bean
    Outbox outbox(OutboxStore store, OutboxLoop loop, ObjectProvider<Tracer> tracer, Clock clock) {
        return new Outbox(service, store, loop, new TraceContext(tracer), clock);
    }
}
