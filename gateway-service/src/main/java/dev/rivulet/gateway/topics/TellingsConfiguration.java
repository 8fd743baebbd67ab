// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.topics;

import java.time.Clock;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** One writer for what is told of versions; it connects when there is something to tell. */
@Configuration(proxyBeanMethods = false)
class TellingsConfiguration {

    @Bean
    Tellings tellings(Environment environment) {
        return new Tellings(KafkaConnection.of(environment), Clock.systemUTC(), UUID::randomUUID);
    }
}
