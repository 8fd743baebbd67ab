package dev.rivulet.gateway.rollouts.kafka;

import dev.rivulet.gateway.rollouts.Rollouts;
import dev.rivulet.gateway.topics.KafkaConnection;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(value = "rolloutsKafkaConfiguration", proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.rollouts.follow", matchIfMissing = true)
class KafkaConfiguration {

    @Bean(initMethod = "follow")
    RolloutFollower rolloutFollower(Rollouts rollouts, Environment environment, MeterRegistry meters) {
        return new RolloutFollower(rollouts, KafkaConnection.of(environment), Clock.systemUTC(), meters);
    }
}
