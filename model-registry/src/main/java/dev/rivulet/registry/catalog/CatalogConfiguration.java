// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.settings.LiveSettings;
import dev.rivulet.settings.SettingsBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The limits of the catalogue, which follow the configuration while the service runs. */
@Configuration(proxyBeanMethods = false)
class CatalogConfiguration {

    @Bean
    LiveSettings<CatalogSettings> catalogLimits(SettingsBinder binder) {
        return binder.bind(CatalogSettings.class);
    }
}
