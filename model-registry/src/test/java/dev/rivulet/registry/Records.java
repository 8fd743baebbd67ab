// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import com.google.protobuf.Message;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics from their beginning with a plain consumer. */
public final class Records {

    private Records() {}

    /** All records of the models there are now, of one key, in order. */
    public static List<ConsumerRecord<byte[], byte[]>> of(String brokers, String model) {
        return of(brokers, EventType.MODEL_VERSION_CHANGED.topic().name(), model);
    }

    /** All events of one type and key, in order. */
    public static <T extends Message> List<Event<T>> of(String brokers, EventType<T> type, String key) {
        return of(brokers, type.topic().name(), key).stream()
                .map(record -> Event.read(type, headers(record), record.value()))
                .toList();
    }

    /** All records of one topic and key, in order. */
    public static List<ConsumerRecord<byte[], byte[]>> of(String brokers, String topic, String key) {
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(at -> new TopicPartition(at.topic(), at.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(at -> consumer.position(at) < ends.getOrDefault(at, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (new String(record.key(), StandardCharsets.UTF_8).equals(key)) {
                        found.add(record);
                    }
                });
            }
        }
        return found;
    }

    /** The headers as they are on the wire. */
    public static Map<String, byte[]> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, byte[]> headers = new LinkedHashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        return headers;
    }

    /** All events of one model, in order. */
    public static List<Event<ModelVersionChanged>> events(String brokers, String model) {
        return of(brokers, EventType.MODEL_VERSION_CHANGED, model);
    }
}
