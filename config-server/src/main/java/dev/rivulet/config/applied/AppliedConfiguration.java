// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.applied;

import dev.rivulet.config.publication.PublishedSecrets;
import dev.rivulet.settings.catalogue.LiveSettingsCatalogue;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
@Profile("backend-jdbc")
class AppliedConfiguration {

    @Bean
    ReportStore reportStore(JdbcClient jdbc) {
        return new ReportStore(jdbc);
    }

    @Bean
    ReportListener reportListener(
            LiveSettingsCatalogue catalogue,
            ReportStore store,
            PublishedSecrets secrets,
            MeterRegistry meters,
            Clock clock) {
        return new ReportListener(catalogue.applications(), store, secrets, meters, clock);
    }
}
