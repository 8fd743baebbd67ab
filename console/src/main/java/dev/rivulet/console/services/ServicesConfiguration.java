package dev.rivulet.console.services;

import de.codecentric.boot.admin.server.config.EnableAdminServer;
import de.codecentric.boot.admin.server.domain.entities.Instance;
import de.codecentric.boot.admin.server.web.client.HttpHeadersProvider;
import dev.rivulet.console.replicas.ReplicaBoard;
import java.net.URI;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** Spring Boot Admin at {@code /admin}, filled from {@link PlatformDiscovery}. */
@Configuration(proxyBeanMethods = false)
@EnableAdminServer
@EnableScheduling
class ServicesConfiguration {

    @Bean
    PlatformDiscovery platformDiscovery(ServicesSettings settings, ReplicaBoard board) {
        return new PlatformDiscovery(settings, board);
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
