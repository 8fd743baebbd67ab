package dev.rivulet.registry.changes.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

/**
 * Creates the topics this service owns, with the settings of the catalogue, before the first fact is sent; mends the settings
 * of topics that are there.
 */
@Component
class TopicProvisioning {

    static final String OWNER = "model-registry";

    private final KafkaAdmin admin;
    private boolean done;

    TopicProvisioning(KafkaAdmin admin) {
        this.admin = admin;
    }

    /** @throws RuntimeException if the broker can't be reached */
    synchronized void ensure() {
        if (!done) {
            admin.createOrModifyTopics(owned().toArray(NewTopic[]::new));
            done = true;
        }
    }

    static List<NewTopic> owned() {
        return EventType.topicsOwnedBy(OWNER).stream()
                .map(TopicProvisioning::topic)
                .toList();
    }

    private static NewTopic topic(Topic topic) {
        return new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty()).configs(topic.settings());
    }
}
