// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant.redis;

import dev.rivulet.graph.CheckpointLimits;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(value = "assistantRedisConfiguration", proxyBeanMethods = false)
@EnableConfigurationProperties(RedisProperties.class)
@ConditionalOnProperty(name = "rivulet.assistant.context.store", havingValue = "redis")
class RedisConfiguration {

    @Bean(destroyMethod = "close")
    @ConditionalOnProperty(name = "rivulet.assistant.enabled", matchIfMissing = true)
    RedisCheckpoints redisCheckpoints(RedisProperties settings, CheckpointLimits limits, MeterRegistry meters) {
        return new RedisCheckpoints(new RedisLink(settings, System::nanoTime), limits, meters);
    }
}
