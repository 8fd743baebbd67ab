// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.kafka;

import dev.rivulet.gateway.identity.KeyRegister;
import dev.rivulet.gateway.topics.KafkaConnection;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(value = "identityKafkaConfiguration", proxyBeanMethods = false)
class KafkaConfiguration {

    @Bean(initMethod = "start")
    @ConditionalOnProperty(name = "rivulet.identity.store", havingValue = "kafka", matchIfMissing = true)
    KafkaKeyLog kafkaKeyLog(Environment environment, KeyRegister register) {
        return new KafkaKeyLog(KafkaConnection.of(environment), register, Clock.systemUTC(), UUID::randomUUID);
    }
}
