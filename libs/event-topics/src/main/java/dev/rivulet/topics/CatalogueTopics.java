// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.topics;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Makes the topics that a service writes or reads where they are missing, with partitions and settings of the catalogue. What is
 * there already stays as it is, and what this service may not make is left to its owner.
 */
public final class CatalogueTopics {

    private final List<Topic> topics;
    private final Map<String, Object> connection;
    private final short copies;

    /**
     * @param service such as {@code gateway-service}
     * @param connection settings of a client, {@code bootstrap.servers} among them
     * @param copies of a topic that is made; −1 leaves it to the broker
     */
    public CatalogueTopics(String service, Map<String, Object> connection, short copies) {
        this.topics = of(service);
        this.connection = new HashMap<>(connection);
        this.copies = copies;
    }

    /** The topics of the catalogue that a service writes or reads. */
    static List<Topic> of(String service) {
        return EventType.ALL.stream()
                .map(EventType::topic)
                .filter(topic -> topic.owner().equals(service)
                        || topic.readers().stream()
                                .anyMatch(reader -> reader.service().equals(service)))
                .distinct()
                .toList();
    }

    /**
     * Makes what is missing.
     *
     * @throws KafkaException if that is not known in time
     */
    public void make() {
        try (Admin admin = Admin.create(connection)) {
            admin.createTopics(topics.stream().map(this::fresh).toList())
                    .values()
                    .forEach(CatalogueTopics::made);
        }
    }

    private NewTopic fresh(Topic topic) {
        return new NewTopic(topic.name(), topic.partitions(), copies).configs(topic.settings());
    }

    private static void made(String topic, KafkaFuture<Void> future) {
        try {
            Answers.await(future);
        } catch (KafkaException e) {
            if (!(e.getCause() instanceof TopicExistsException)
                    && !(e.getCause() instanceof TopicAuthorizationException)) {
                throw e;
            }
        }
    }
}
