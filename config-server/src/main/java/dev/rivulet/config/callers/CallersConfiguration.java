// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.callers;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CallerSettings.class)
class CallersConfiguration {

    @Bean
    Callers callers(CallerSettings settings) {
        return new Callers(settings);
    }

    @Bean
    CallerFilter callerFilter(Callers callers) {
        return new CallerFilter(callers);
    }
}
