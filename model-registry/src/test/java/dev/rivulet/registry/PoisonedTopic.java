// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes finished requests and what is none into one partition of the real topic. */
final class PoisonedTopic implements AutoCloseable {

    static final EventType<CompletionRecorded> TYPE = EventType.COMPLETION_RECORDED;
    static final Topic TOPIC = TYPE.topic();

    private static final int LARGEST = 4 << 20;

    private final Map<String, Object> connection;
    private final KafkaProducer<byte[], byte[]> producer;

    PoisonedTopic(String brokers) {
        this.connection = Map.of("bootstrap.servers", brokers);
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "max.request.size", LARGEST),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        // Replicas make it, and there are none here.
        create(brokers, TOPIC);
    }

    /** Makes topics, as those who write them do. */
    static void create(String brokers, Topic... topics) {
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", brokers))) {
            for (Topic topic : topics) {
                NewTopic fresh = new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty());
                admin.createTopics(List.of(fresh.configs(topic.settings())))
                        .all()
                        .get();
            }
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Lets records in that are larger than the topic of dead letters takes. */
    void allowLargeRecords() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(connection)) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, TOPIC.name()),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("max.message.bytes", Integer.toString(LARGEST)),
                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    /** A request of a model that is finished. */
    void finished(String key, String id, String model) {
        Event<CompletionRecorded> event = new Event<>(
                id,
                "/poison",
                TYPE,
                key,
                Instant.now(),
                null,
                CompletionRecorded.newBuilder()
                        .setRequest(id)
                        .setModel(model)
                        .setVersion("1")
                        .setFinishReason("stop")
                        .setPromptTokens(3)
                        .setCompletionTokens(4)
                        .setFinishedAt(
                                Timestamp.newBuilder().setSeconds(Instant.now().getEpochSecond()))
                        .build());
        write(TOPIC.name(), key, event.value(), event.headers());
    }

    /** A record with the headers of an event, but for its type, and any bytes. */
    void poison(String key, String type, byte[] value) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        headers.put("ce_id", ("poison-" + key).getBytes(UTF_8));
        headers.put("ce_source", "/poison".getBytes(UTF_8));
        headers.put("ce_subject", key.getBytes(UTF_8));
        headers.put("ce_time", Instant.now().toString().getBytes(UTF_8));
        headers.put("x-trace-of-mine", "kept".getBytes(UTF_8));
        if (!type.isEmpty()) {
            headers.put("ce_type", type.getBytes(UTF_8));
        }
        write(TOPIC.name(), key, value, headers);
    }

    /** Writes a record once more, as a relay does that was killed before it noted it. */
    void again(String topic, String key, byte[] value, Map<String, byte[]> headers) {
        write(topic, key, value, headers);
    }

    private void write(String topic, String key, byte[] value, Map<String, byte[]> headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), value);
        headers.forEach((name, header) -> record.headers().add(name, header));
        try {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether a group has committed everything that lies in the topic and among what was sent back. */
    boolean isReadBy(String group) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(connection)) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            Set<String> names = Set.of(TOPIC.name(), TOPIC.replays().name());
            for (var topic : admin.describeTopics(names).allTopicNames().get().values()) {
                for (var partition : topic.partitions()) {
                    TopicPartition at = new TopicPartition(topic.name(), partition.partition());
                    long end = admin.listOffsets(Map.of(at, org.apache.kafka.clients.admin.OffsetSpec.latest()))
                            .partitionResult(at)
                            .get()
                            .offset();
                    OffsetAndMetadata there = committed.get(at);
                    if (end > (there == null ? 0 : there.offset())) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    /** Takes a group that has ended back to the beginning: what a reader finds that was killed before it committed. */
    void rewind(String group) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(connection)) {
            Map<TopicPartition, OffsetAndMetadata> beginning = new LinkedHashMap<>();
            admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .keySet()
                    .forEach(partition -> beginning.put(partition, new OffsetAndMetadata(0)));
            admin.alterConsumerGroupOffsets(group, beginning).all().get();
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
