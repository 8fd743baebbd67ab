// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.building;

import java.security.SecureRandom;
import java.time.Clock;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(BuildingConfiguration.Settings.class)
class BuildingConfiguration {

    /**
     * Limits.
     *
     * @param most buildings in memory, 1 to 100,000
     */
    @ConfigurationProperties("rivulet.building")
    record Settings(@DefaultValue("1000") int most) {
        Settings {
            if (most < 1 || most > 100_000) {
                throw new IllegalArgumentException("rivulet.building: most is between 1 and 100000");
            }
        }
    }

    @Bean
    Buildings buildings(Settings settings) {
        return new Buildings(settings.most(), Clock.systemUTC(), new SecureRandom());
    }

    @Bean
    BuildingRoute buildingRoute(Buildings buildings, JsonMapper json) {
        return new BuildingRoute(buildings, json, Clock.systemUTC());
    }
}
