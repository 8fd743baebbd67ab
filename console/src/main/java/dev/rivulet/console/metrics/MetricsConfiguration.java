// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import dev.rivulet.console.services.PlatformDiscovery;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;

/** The lookout over the configured services. */
@Configuration(proxyBeanMethods = false)
class MetricsConfiguration {

    @Bean
    Lookout lookout(WebClient servicesClient, PlatformDiscovery discovery, MetricsSettings settings, Clock clock) {
        return new Lookout(servicesClient, discovery, settings, clock, System::nanoTime);
    }
}
