// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.instances.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import dev.rivulet.federation.instances.InstancesSettings;
import dev.rivulet.federation.instances.LeaderStore;
import dev.rivulet.federation.instances.Leads;
import dev.rivulet.kafka.KafkaConnections;
import java.time.Clock;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Where there are several instances; one that is alone makes no client of Kafka here. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "rivulet.federation.instances.several", havingValue = "true")
class ElectionConfiguration {

    private static final Topic TOPIC = EventType.LEADER_ELECTED.topic();

    @Bean
    Announcements leaderAnnouncements(Environment environment) {
        return new Announcements(KafkaConnections.settings(environment));
    }

    @Bean
    Leads leads(LeaderStore store, InstancesSettings settings, Clock clock, Announcements told) {
        return new Leads(store, settings.address(), TOPIC.partitions(), clock, told);
    }

    @Bean
    Election election(
            Environment environment, Leads leads, InstancesSettings settings, ApplicationEventPublisher events) {
        return new Election(KafkaConnections.settings(environment), TOPIC, leads, settings, events);
    }
}
