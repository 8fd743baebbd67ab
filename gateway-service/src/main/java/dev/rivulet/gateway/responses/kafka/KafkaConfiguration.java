// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses.kafka;

import dev.rivulet.gateway.responses.ResponseStore;
import dev.rivulet.gateway.topics.KafkaConnection;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;

@Configuration(value = "responsesKafkaConfiguration", proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.responses.shared", havingValue = "kafka")
class KafkaConfiguration {

    @Bean(initMethod = "follow")
    @Primary
    KafkaResponses kafkaResponses(ResponseStore memoryResponses, Environment environment, MeterRegistry meters) {
        return new KafkaResponses(
                memoryResponses, KafkaConnection.of(environment), Clock.systemUTC(), UUID::randomUUID, meters);
    }
}
