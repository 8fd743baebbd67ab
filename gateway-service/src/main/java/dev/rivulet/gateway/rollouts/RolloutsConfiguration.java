package dev.rivulet.gateway.rollouts;

import dev.rivulet.gateway.routing.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.random.RandomGenerator;
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
            Rollouts rollouts, Routes routes, RolloutProperties settings, JsonMapper json, MeterRegistry meters) {
        RolloutCounts counts = new RolloutCounts(meters);
        Shadows shadows = new Shadows(
                settings, routes, new Answers(json), counts, RandomGenerator.getDefault(), System::nanoTime);
        return new RolloutStep(rollouts, routes, counts, shadows);
    }
}
