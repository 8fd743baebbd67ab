// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.settings.report;

import dev.rivulet.settings.LiveSettingsAutoConfiguration;
import dev.rivulet.settings.SettingsBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.bus.BusProperties;
import org.springframework.cloud.bus.jackson.RemoteApplicationEventScan;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Lets the bus carry {@link SettingsReport}, and sends it where there are live settings. */
@AutoConfiguration(
        after = LiveSettingsAutoConfiguration.class,
        afterName = {
            "org.springframework.cloud.bus.BusAutoConfiguration",
            "org.springframework.cloud.bus.BusStreamAutoConfiguration"
        })
@ConditionalOnClass(name = "org.springframework.cloud.bus.event.RemoteApplicationEvent")
public class SettingsReportAutoConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBean(type = "org.springframework.cloud.bus.BusBridge")
    @RemoteApplicationEventScan(basePackageClasses = SettingsReport.class)
    static class OnTheBus {

        @Bean
        @ConditionalOnBean(SettingsBinder.class)
        SettingsReporter settingsReporter(
                Environment environment,
                SettingsBinder settings,
                ApplicationEventPublisher publisher,
                BusProperties properties) {
            return new SettingsReporter(environment, settings, publisher, properties.getId());
        }
    }
}
