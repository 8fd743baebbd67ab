// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.encryption;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EncryptionSettings.class)
class EncryptionConfiguration {

    /** Before the one that Spring Cloud makes for the server's own settings. */
    @Bean
    @Primary
    SecretText secretText(EncryptionSettings settings) {
        return new SecretText(settings.secret());
    }
}
