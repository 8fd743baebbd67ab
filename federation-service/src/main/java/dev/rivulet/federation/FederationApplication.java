// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.random.RandomGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** Starts the federation: devices under {@code /federation/v1}, people and services under {@code /api}. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class FederationApplication {

    public static void main(String[] args) {
        SpringApplication.run(FederationApplication.class, args);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** For tokens too, so it can't be guessed. */
    @Bean
    RandomGenerator random() {
        return new SecureRandom();
    }
}
