// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.gateway.rollouts.Rollouts;
import dev.rivulet.gateway.rollouts.ShadowResults;
import dev.rivulet.gateway.topics.KafkaConnection;
import dev.rivulet.gateway.topics.Tellings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(value = "rolloutsKafkaConfiguration", proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.rollouts.follow", matchIfMissing = true)
class KafkaConfiguration {

    private static final Logger log = LoggerFactory.getLogger(KafkaConfiguration.class);

    @Bean
    ShadowResults shadowResults(Tellings tellings) {
        return result -> tellings.tell(EventType.SHADOW_COMPARED, result.getModel(), result)
                .subscribe(
                        nothing -> {},
                        failure -> log.debug("A mirrored request can't be told on: {}", failure.toString()));
    }

    @Bean(initMethod = "follow")
    RolloutFollower rolloutFollower(Rollouts rollouts, Environment environment, MeterRegistry meters) {
        return new RolloutFollower(rollouts, KafkaConnection.of(environment), Clock.systemUTC(), meters);
    }
}
