// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IdentityProperties.class)
class IdentityConfiguration {

    @Bean
    KeyRegister keyRegister() {
        return new KeyRegister();
    }

    @Bean
    @ConditionalOnProperty(name = "rivulet.identity.store", havingValue = "memory")
    KeyLog memoryKeyLog() {
        return new KeyLog() {
            @Override
            public Mono<Void> append(ApiKey key) {
                return Mono.empty();
            }

            @Override
            public boolean caughtUp() {
                return true;
            }
        };
    }

    @Bean
    Hashing keyHashing() {
        return new Hashing();
    }

    @Bean
    KeyRing keyRing(
            IdentityProperties properties,
            KeyRegister register,
            KeyLog keyLog,
            Hashing hashing,
            ObjectProvider<KeyRing.Tokens> tokens) {
        return new KeyRing(
                properties,
                new Verification(
                        register, keyLog, InstantSource.system(), properties.verifiedFor(), hashing.executor()),
                tokens.getIfAvailable(() -> shown -> Optional.empty()));
    }

    @Bean
    KeyAdministration keyAdministration(
            IdentityProperties properties, KeyRegister register, KeyLog keyLog, KeyRing ring, Hashing hashing) {
        return new KeyAdministration(
                register,
                keyLog,
                ring,
                InstantSource.system(),
                new SecureRandom(),
                properties.hashIterations(),
                hashing.executor());
    }

    @Bean
    Audit audit() {
        return new Audit(System::nanoTime);
    }
}
