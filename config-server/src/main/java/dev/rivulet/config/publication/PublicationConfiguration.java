// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import dev.rivulet.config.encryption.SecretText;
import dev.rivulet.settings.catalogue.LiveSettingsCatalogue;
import java.time.Clock;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.bus.BusProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The control API exists with a database alone. */
@Configuration(proxyBeanMethods = false)
@Profile("backend-jdbc")
class PublicationConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    LiveSettingsCatalogue liveSettingsCatalogue() {
        return LiveSettingsCatalogue.ofRivulet();
    }

    @Bean
    PublishedStore publishedStore(JdbcClient jdbc) {
        return new PublishedStore(jdbc);
    }

    @Bean
    Publisher publisher(
            LiveSettingsCatalogue catalogue,
            PublishedStore store,
            SecretText secrets,
            PlatformTransactionManager transactions,
            Clock clock) {
        return new Publisher(catalogue, store, secrets, new TransactionTemplate(transactions), clock);
    }

    @Bean
    Revisions revisions(LiveSettingsCatalogue catalogue, PublishedStore store) {
        return new Revisions(catalogue, store);
    }

    @Bean
    PublishedSecrets publishedSecrets(PublishedStore store, SecretText secrets) {
        return new PublishedSecrets(store, secrets);
    }

    @Bean
    Announcer announcer(ApplicationEventPublisher publisher, BusProperties bus) {
        return new Announcer(publisher, bus.getId());
    }
}
