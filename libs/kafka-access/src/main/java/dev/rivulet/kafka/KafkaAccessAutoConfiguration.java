// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.kafka;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Tells of every service with this library whether Kafka takes it. */
@AutoConfiguration
public class KafkaAccessAutoConfiguration {

    @Bean("kafkaAccessHealthIndicator")
    KafkaAccess kafkaAccess(Environment environment) {
        return new KafkaAccess(KafkaConnections.settings(environment), KafkaSecurity.of(environment));
    }
}
