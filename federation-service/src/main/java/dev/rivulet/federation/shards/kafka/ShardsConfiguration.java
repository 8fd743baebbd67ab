// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.shards.kafka;

import dev.rivulet.federation.rounds.Contributions;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.shards.ShardedSums;
import dev.rivulet.federation.shards.ShardsSettings;
import dev.rivulet.kafka.KafkaConnections;
import java.time.Clock;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Where updates are summed in shards; a service that does not makes no client of Kafka here. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.federation.shards.enabled", havingValue = "true")
class ShardsConfiguration {

    @Bean
    KafkaSumLine sumLine(Environment environment, Clock clock) {
        return new KafkaSumLine(KafkaConnections.settings(environment), clock);
    }

    @Bean
    ShardStreams shardStreams(Environment environment, ShardsSettings settings, Clock clock) {
        return new ShardStreams(KafkaConnections.settings(environment), settings, clock);
    }

    /** Rounds ask it for sums, and it asks them what holds. */
    @Bean
    ShardedSums shardedSums(
            KafkaSumLine line, Contributions contributions, Federations federations, ShardsSettings settings) {
        return new ShardedSums(line, contributions, federations, settings.answer());
    }
}
