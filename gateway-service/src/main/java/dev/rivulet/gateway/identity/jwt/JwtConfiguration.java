// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.jwt;

import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.net.MalformedURLException;
import java.time.Duration;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** There only where an issuer is set: without one no class of the library is loaded. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("rivulet.identity.jwt.issuer")
@EnableConfigurationProperties(JwtProperties.class)
class JwtConfiguration {

    private static final int THREADS = 4;
    private static final int WAITING = 1_000;
    private static final int LARGEST_KEYS = 262_144;
    private static final Duration OUTAGE = Duration.ofHours(4);

    @Bean(destroyMethod = "dispose")
    Scheduler tokenVerifying() {
        return Schedulers.newBoundedElastic(THREADS, WAITING, "tokens");
    }

    @Bean
    JwtTokens jwtTokens(JwtProperties properties, Scheduler tokenVerifying) throws MalformedURLException {
        return new JwtTokens(properties, keys(properties), tokenVerifying);
    }

    static JWKSource<SecurityContext> keys(JwtProperties properties) throws MalformedURLException {
        int millis = (int) properties.timeout().toMillis();
        return JWKSourceBuilder.create(
                        Objects.requireNonNull(properties.jwksUri()).toURL(),
                        new DefaultResourceRetriever(millis, millis, LARGEST_KEYS))
                .retrying(true)
                .outageTolerant(OUTAGE.toMillis())
                .build();
    }
}
