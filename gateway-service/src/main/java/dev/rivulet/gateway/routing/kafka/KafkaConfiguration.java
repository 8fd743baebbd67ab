// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing.kafka;

import dev.rivulet.gateway.routing.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

@Configuration(value = "routingKafkaConfiguration", proxyBeanMethods = false)
class KafkaConfiguration {

    @Bean
    Consumer<Message<?>> replicaReports(Routes routes, MeterRegistry meters) {
        return new ReplicaReports(routes, meters);
    }
}
