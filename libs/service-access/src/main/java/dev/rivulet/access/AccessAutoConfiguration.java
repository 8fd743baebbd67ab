// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** Guards every web service that has this library on its class path, and gives its clients the token. */
@AutoConfiguration
@EnableConfigurationProperties(AccessProperties.class)
public class AccessAutoConfiguration {

    /** Early, yet after a filter that gives every answer its request id. */
    public static final int FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 100;

    @Bean
    ServiceToken serviceToken(AccessProperties properties) {
        return new ServiceToken(properties.token());
    }

    /** Decides; refuses to exist in a service that anybody on the network could call. */
    @Bean
    @ConditionalOnWebApplication
    AccessRules accessRules(
            AccessProperties properties,
            ServiceToken token,
            Environment environment,
            ObjectProvider<KnownTokens> others) {
        String address = environment.getProperty("server.address");
        boolean loopback = address != null && Hosts.isLoopback(address);
        if (!loopback && !token.present()) {
            throw new UnguardedServiceException(Objects.requireNonNullElse(address, "every address"));
        }
        String managementPort = environment.getProperty("management.server.port", "");
        if (!managementPort.isBlank()
                && !managementPort.equals("-1")
                && !managementPort.equals(environment.getProperty("server.port", "8080"))) {
            throw new UnguardedServiceException.SeparatePort(managementPort);
        }
        return new AccessRules(
                token,
                new Hosts(loopback, properties.allowedHosts()),
                properties.excludedPaths(),
                others.getIfAvailable(() -> _ -> false));
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = Type.REACTIVE)
    static class Reactive {
        @Bean
        ReactiveAccessFilter reactiveAccessFilter(AccessRules rules) {
            return new ReactiveAccessFilter(rules);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnWebApplication(type = Type.SERVLET)
    static class Servlet {
        @Bean
        ServletAccessFilter servletAccessFilter(AccessRules rules) {
            return new ServletAccessFilter(rules);
        }
    }
}
