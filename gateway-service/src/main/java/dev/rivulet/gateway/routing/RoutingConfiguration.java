package dev.rivulet.gateway.routing;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RoutingProperties.class)
class RoutingConfiguration {

    @Bean
    Routes routes(RoutingProperties properties, ReplicaProbe probe, MeterRegistry meters) {
        Routes routes = new Routes(properties, probe, meters, System::nanoTime, RandomGenerator.getDefault());
        Gauge.builder("rivulet.gateway.models", routes, now -> now.ready().size())
                .description("Models that some replica is ready to serve")
                .register(meters);
        return routes;
    }

    @Bean
    LookOver lookOver(Routes routes, RoutingProperties properties) {
        return new LookOver(routes, properties.tick());
    }
}
