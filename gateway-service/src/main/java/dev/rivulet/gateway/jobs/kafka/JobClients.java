package dev.rivulet.gateway.jobs.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.kafka.core.KafkaAdmin;

/** Clients of the broker. */
record JobClients(String brokers) {

    private static final int SECONDS = 5;

    private Map<String, Object> common() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", brokers);
        // "rebootstrap" makes the clients spin on a core while no broker answers.
        settings.put("metadata.recovery.strategy", "none");
        settings.put("request.timeout.ms", "3000");
        settings.put("default.api.timeout.ms", "5000");
        settings.put("reconnect.backoff.max.ms", "1000");
        return settings;
    }

    KafkaAdmin admin() {
        KafkaAdmin admin = new KafkaAdmin(common());
        admin.setOperationTimeout(SECONDS);
        return admin;
    }

    KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> settings = common();
        settings.put("enable.auto.commit", "false");
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", "read_committed");
        settings.put("fetch.max.bytes", "4194304");
        settings.put("max.partition.fetch.bytes", "1048576");
        settings.put("max.poll.records", "200");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> settings = common();
        settings.remove("default.api.timeout.ms");
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("max.block.ms", "3000");
        settings.put("delivery.timeout.ms", "6000");
        settings.put("buffer.memory", "8388608");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
