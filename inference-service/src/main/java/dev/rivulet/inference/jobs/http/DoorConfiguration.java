// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.http;

import dev.rivulet.access.ServiceToken;
import dev.rivulet.inference.jobs.Door;
import dev.rivulet.inference.jobs.JobsProperties;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import reactor.netty.resources.ConnectionProvider;

@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.jobs.enabled", matchIfMissing = true)
class DoorConfiguration {

    @Bean(destroyMethod = "dispose")
    ConnectionProvider jobConnections(JobsProperties properties) {
        return ConnectionProvider.builder("jobs")
                .maxConnections(properties.inFlight())
                .pendingAcquireMaxCount(properties.inFlight())
                .maxIdleTime(Duration.ofSeconds(20))
                .build();
    }

    @Bean
    Door jobDoor(
            Environment environment, JobsProperties properties, ServiceToken token, ConnectionProvider jobConnections) {
        Optional<URI> gateway =
                Optional.of(properties.gateway()).filter(url -> !url.isEmpty()).map(URI::create);
        return new HttpDoor(() -> self(environment), gateway, token, jobConnections);
    }

    private static URI self(Environment environment) {
        String address = environment.getProperty("server.address", "127.0.0.1");
        String host = address.equals("0.0.0.0") || address.equals("::") ? "127.0.0.1" : address;
        String port = environment.getRequiredProperty("local.server.port");
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    }
}
