// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What every feature shares: the clock and the source of chance. */
@Configuration(proxyBeanMethods = false)
class InferenceConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    RandomGenerator seeds() {
        return new SecureRandom();
    }
}
