// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import dev.rivulet.gateway.routing.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RolloutProperties.class)
class RolloutsConfiguration {

    @Bean
    Rollouts rollouts(Routes routes, RolloutProperties settings) {
        return new Rollouts(routes, settings.unnamed());
    }

    @Bean
    RolloutStep rolloutStep(
            Rollouts rollouts,
            Routes routes,
            RolloutProperties settings,
            ObjectProvider<ShadowResults> told,
            JsonMapper json,
            MeterRegistry meters) {
        RolloutCounts counts = new RolloutCounts(meters);
        Shadows shadows = new Shadows(
                settings,
                routes,
                new Answers(json),
                new ShadowLedger(counts, told.getIfAvailable(() -> result -> {}), Clock.systemUTC()),
                RandomGenerator.getDefault(),
                System::nanoTime);
        return new RolloutStep(rollouts, routes, counts, shadows, Clock.systemUTC());
    }
}
