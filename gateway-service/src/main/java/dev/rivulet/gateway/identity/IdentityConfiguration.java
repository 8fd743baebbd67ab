package dev.rivulet.gateway.identity;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(IdentityProperties.class)
class IdentityConfiguration {

    private static final int HASHING_THREADS = 2;
    private static final int HASHING_QUEUE = 128;
    private static final int IDLE_SECONDS = 30;

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

    /** Slow hashes have their own threads and a bounded queue: guesses never take the event loops'. */
    @Bean(destroyMethod = "shutdownNow")
    ThreadPoolExecutor keyHashing() {
        ThreadPoolExecutor hashing = new ThreadPoolExecutor(
                HASHING_THREADS,
                HASHING_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(HASHING_QUEUE),
                Thread.ofPlatform().daemon().name("key-hashing-", 0).factory());
        hashing.allowCoreThreadTimeOut(true);
        return hashing;
    }

    @Bean
    KeyRing keyRing(
            IdentityProperties properties,
            KeyRegister register,
            KeyLog keyLog,
            ThreadPoolExecutor keyHashing,
            ObjectProvider<KeyRing.Tokens> tokens) {
        return new KeyRing(
                properties,
                new Verification(register, keyLog, InstantSource.system(), properties.verifiedFor(), keyHashing),
                tokens.getIfAvailable(() -> shown -> Optional.empty()));
    }

    @Bean
    KeyAdministration keyAdministration(
            IdentityProperties properties,
            KeyRegister register,
            KeyLog keyLog,
            KeyRing ring,
            ThreadPoolExecutor keyHashing) {
        return new KeyAdministration(
                register,
                keyLog,
                ring,
                InstantSource.system(),
                new SecureRandom(),
                properties.hashIterations(),
                keyHashing);
    }

    @Bean
    Audit audit() {
        return new Audit(System::nanoTime);
    }
}
