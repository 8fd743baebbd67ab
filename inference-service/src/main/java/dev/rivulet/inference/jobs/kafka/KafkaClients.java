// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import dev.rivulet.reading.GroupMembership;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Clients of the broker with the settings that exactly one result a job needs.
 *
 * @param connection settings of every client, as the binder connects: {@code bootstrap.servers} and what secures it
 * @param replica unique among replicas; the id of this replica's transactions and its name in the group, so that a successor fences its
 *     predecessor
 * @param group of all replicas
 */
record KafkaClients(Map<String, Object> connection, String replica, String group) {

    private static final String TIMEOUT = "5000";

    /** Never the connection: it may hold secrets. */
    @Override
    public String toString() {
        return "KafkaClients[" + replica + "]";
    }

    private Map<String, Object> common() {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("request.timeout.ms", TIMEOUT);
        // Each client has its own.
        settings.remove("default.api.timeout.ms");
        return settings;
    }

    KafkaConsumer<byte[], byte[]> consumer(int records) {
        // A replica that was killed and starts again goes on at once: nobody waits until it is missed.
        Map<String, Object> settings = GroupMembership.settings(GroupMembership.named(common(), replica), group);
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", "read_committed");
        settings.put("max.poll.records", records);
        settings.put("fetch.max.bytes", "4194304");
        settings.put("max.partition.fetch.bytes", "1048576");
        // Offsets of a replica that was killed are known once its transaction has been given up.
        settings.put("default.api.timeout.ms", "20000");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    KafkaProducer<byte[], byte[]> results() {
        Map<String, Object> settings = common();
        settings.put("transactional.id", "rivulet-jobs-" + replica);
        settings.put("transaction.timeout.ms", "10000");
        settings.put("delivery.timeout.ms", "8000");
        settings.put("max.block.ms", TIMEOUT);
        settings.put("buffer.memory", "8388608");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    KafkaProducer<byte[], byte[]> progress() {
        Map<String, Object> settings = common();
        settings.put("max.block.ms", TIMEOUT);
        settings.put("delivery.timeout.ms", "8000");
        settings.put("buffer.memory", "4194304");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Makes the topics that are read and written here, where they are not yet. */
    void provision() throws InterruptedException {
        List<Topic> topics = Stream.of(
                        EventType.REQUEST_SUBMITTED.topic(),
                        EventType.REQUEST_SUBMITTED.topic().deadLetters(),
                        EventType.REQUEST_SUBMITTED.topic().replays(),
                        EventType.RESULT_COMPLETED.topic(),
                        EventType.JOB_PROGRESSED.topic())
                .toList();
        Admin admin = Admin.create(common());
        try {
            for (Topic topic : topics) {
                create(admin, topic);
            }
        } finally {
            // What is still asked of a broker that is away is given up.
            admin.close(Duration.ZERO);
        }
    }

    private static void create(Admin admin, Topic topic) throws InterruptedException {
        NewTopic fresh = new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty());
        try {
            admin.createTopics(List.of(fresh.configs(topic.settings()))).all().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            // Who may not make a topic leaves it to its owner.
            if (!(e.getCause() instanceof TopicExistsException
                    || e.getCause() instanceof TopicAuthorizationException)) {
                throw new KafkaException("Topic " + topic.name() + " can't be made", e);
            }
        } catch (TimeoutException e) {
            throw new KafkaException("Topic " + topic.name() + " was not made in time", e);
        }
    }
}
