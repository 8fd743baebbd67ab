// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    RoutingProperties.class,
    GuardProperties.class,
    HedgeProperties.class,
    UpstreamProperties.class
})
class RoutingConfiguration {

    @Bean
    Routes routes(
            RoutingProperties properties,
            GuardProperties guarding,
            UpstreamProperties others,
            ObjectProvider<SslBundles> bundles,
            ReplicaProbe probe,
            MeterRegistry meters) {
        Routes routes = new Routes(
                properties,
                others.siteOnlyKeys(),
                new Guards(guarding, meters, System::nanoTime),
                probe,
                meters,
                System::nanoTime,
                RandomGenerator.getDefault());
        for (UpstreamProperties.Server server : others.upstreams()) {
            Replica upstream = UpstreamConfiguration.upstream(server, bundles.getIfAvailable(), others.upstreamProbe())
                    .replica(0, null);
            routes.reported(upstream);
            routes.suspect(upstream);
        }
        Gauge.builder("rivulet.gateway.models", routes, now -> now.ready().size())
                .description("Models that some replica is ready to serve")
                .register(meters);
        return routes;
    }

    @Bean
    Hedging hedging(HedgeProperties settings, MeterRegistry meters) {
        return new Hedging(settings, meters, System::nanoTime);
    }

    @Bean
    LookOver lookOver(Routes routes, RoutingProperties properties) {
        return new LookOver(routes, properties.tick());
    }
}
