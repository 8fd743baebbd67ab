// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.usage.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.kafka.KafkaConnections;
import dev.rivulet.reading.EventReader;
import dev.rivulet.reading.GroupMembership;
import dev.rivulet.reading.JdbcReaderStore;
import dev.rivulet.reading.ReaderSettings;
import dev.rivulet.registry.usage.UsageSettings;
import dev.rivulet.registry.usage.UsageStore;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The reader that counts: an event counted twice would be wrong for ever, so it has an inbox. */
@Configuration(proxyBeanMethods = false)
class UsageReading {

    @Bean(initMethod = "start", destroyMethod = "close")
    @ConditionalOnProperty(name = "rivulet.usage.enabled", matchIfMissing = true)
    EventReader<CompletionRecorded> usageReader(
            Environment environment,
            UsageSettings settings,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            UsageStore usage,
            MeterRegistry meters) {
        ReaderSettings usual = ReaderSettings.of(settings.group());
        return new EventReader<>(
                GroupMembership.named(
                        KafkaConnections.settings(environment), environment.getProperty(KafkaConnections.MEMBER, "")),
                EventType.COMPLETION_RECORDED,
                new ReaderSettings(
                        usual.group(),
                        usual.attempts(),
                        usual.retryWait(),
                        usual.largest(),
                        usual.batch(),
                        settings.remember()),
                new JdbcReaderStore(jdbc, new TransactionTemplate(transactions)),
                event -> usage.count(event.data()),
                meters);
    }
}
