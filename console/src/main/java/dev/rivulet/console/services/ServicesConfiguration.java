// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.services;

import de.codecentric.boot.admin.server.config.EnableAdminServer;
import de.codecentric.boot.admin.server.domain.entities.Instance;
import de.codecentric.boot.admin.server.web.client.HttpHeadersProvider;
import dev.rivulet.console.replicas.ReplicaBoard;
import io.netty.channel.ChannelOption;
import java.net.URI;
import java.time.Duration;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;

/** Spring Boot Admin at {@code /admin}, filled from {@link PlatformDiscovery}. */
@Configuration(proxyBeanMethods = false)
@EnableAdminServer
@EnableScheduling
class ServicesConfiguration {

    @Bean
    PlatformDiscovery platformDiscovery(ServicesSettings settings, ReplicaBoard board) {
        return new PlatformDiscovery(settings, board);
    }

    /** Calls services with the token between them; give it addresses of the configuration or of announced replicas alone. */
    @Bean
    WebClient servicesClient(WebClient.Builder builder, ServicesSettings settings) {
        HttpClient http = HttpClient.create()
                // A service that is replaced comes back at another address; a network of containers calls the old one
                // good for minutes.
                .resolver(names -> names.cacheMaxTimeToLive(Duration.ofSeconds(1)))
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(settings.connectTimeout().toMillis()))
                .responseTimeout(settings.timeout());
        return builder.clone()
                .clientConnector(new ReactorClientHttpConnector(http))
                .defaultHeaders(headers -> {
                    if (!settings.token().isEmpty()) {
                        headers.setBearerAuth(settings.token());
                    }
                })
                .build();
    }

    @Bean
    HttpHeadersProvider internalToken(ServicesSettings settings, PlatformDiscovery discovery) {
        return instance -> headers(instance, settings.token(), discovery);
    }

    private static HttpHeaders headers(Instance instance, String token, PlatformDiscovery discovery) {
        HttpHeaders headers = new HttpHeaders();
        URI url = URI.create(instance.getRegistration().getHealthUrl());
        if (!token.isEmpty() && discovery.authorities().contains(PlatformDiscovery.authority(url))) {
            headers.setBearerAuth(token);
        }
        return headers;
    }

    @Bean
    ReplicaLookout replicaLookout(PlatformDiscovery discovery, ApplicationEventPublisher events) {
        return new ReplicaLookout(discovery, events);
    }

    /** Lets Spring Boot Admin look again when a replica came or went. */
    static final class ReplicaLookout {

        private final PlatformDiscovery discovery;
        private final ApplicationEventPublisher events;

        ReplicaLookout(PlatformDiscovery discovery, ApplicationEventPublisher events) {
            this.discovery = discovery;
            this.events = events;
        }

        /** A heartbeat's value is the set of addresses: Spring Boot Admin acts when it differs from the last. */
        @Scheduled(fixedDelayString = "${rivulet.console.services.refresh:10s}")
        void look() {
            events.publishEvent(new HeartbeatEvent(this, discovery.authorities()));
        }
    }
}
