// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import dev.rivulet.kafka.KafkaConnections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.core.env.Environment;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * Creates the topics this service owns, with the settings of the catalogue, before the first fact is sent; mends the settings
 * of topics that are there.
 */
public final class TopicProvisioning {

    private final KafkaAdmin admin;
    private final String service;
    private boolean done;

    /** @param service that owns topics in the catalogue, such as {@code model-registry} */
    public TopicProvisioning(String service, KafkaAdmin admin) {
        this.service = service;
        this.admin = admin;
    }

    /** An administrator that creates topics; it waits a few seconds for a broker at most. */
    public static KafkaAdmin admin(Environment environment) {
        Map<String, Object> settings = KafkaConnections.settings(environment);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 3000);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 3000);
        settings.put("metadata.recovery.strategy", "none");
        KafkaAdmin admin = new KafkaAdmin(settings);
        admin.setAutoCreate(false);
        admin.setModifyTopicConfigs(true);
        admin.setOperationTimeout(3);
        return admin;
    }

    /** @throws RuntimeException if the broker can't be reached */
    public synchronized void ensure() {
        if (!done) {
            admin.createOrModifyTopics(owned().toArray(NewTopic[]::new));
            done = true;
        }
    }

    private List<NewTopic> owned() {
        return EventType.topicsOwnedBy(service).stream()
                .map(TopicProvisioning::topic)
                .toList();
    }

    private static NewTopic topic(Topic topic) {
        return new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty()).configs(topic.settings());
    }
}
