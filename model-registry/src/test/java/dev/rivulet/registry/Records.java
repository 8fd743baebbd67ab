package dev.rivulet.registry;

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

/** Reads the topic of the models from its beginning with a plain consumer. */
public final class Records {

    private static final String TOPIC = EventType.MODEL_VERSION_CHANGED.topic().name();

    private Records() {}

    /** All records there are now, of one key, in order. */
    public static List<ConsumerRecord<byte[], byte[]>> of(String brokers, String model) {
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(at -> new TopicPartition(at.topic(), at.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(at -> consumer.position(at) < ends.getOrDefault(at, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (new String(record.key(), StandardCharsets.UTF_8).equals(model)) {
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
        return of(brokers, model).stream()
                .map(record -> Event.read(EventType.MODEL_VERSION_CHANGED, headers(record), record.value()))
                .toList();
    }
}
