// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.instances.kafka;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.federation.v1.LeaderElected;
import dev.rivulet.federation.instances.Leads.Lead;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells who leads a federation now. What can't be told is left out: the database knows. */
final class Announcements implements Consumer<Lead>, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Announcements.class);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    private final Producer<byte[], byte[]> producer;

    Announcements(Map<String, Object> connection) {
        Map<String, Object> all = new HashMap<>(connection);
        all.put("acks", "all");
        all.put("max.block.ms", "2000");
        all.put("delivery.timeout.ms", "10000");
        all.put("request.timeout.ms", "5000");
        all.put("buffer.memory", 1 << 20);
        this.producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void accept(Lead lead) {
        Instant since = lead.leader().since();
        LeaderElected elected = LeaderElected.newBuilder()
                .setFederation(lead.federation())
                .setEpoch(lead.leader().epoch())
                .setAddress(lead.leader().address())
                .setSince(Timestamp.newBuilder()
                        .setSeconds(since.getEpochSecond())
                        .setNanos(since.getNano()))
                .build();
        Event<LeaderElected> event = new Event<>(
                UUID.randomUUID().toString(),
                "/federation-service",
                EventType.LEADER_ELECTED,
                lead.federation(),
                since,
                null,
                elected);
        ProducerRecord<byte[], byte[]> message =
                new ProducerRecord<>(EventType.LEADER_ELECTED.topic().name(), event.key(), event.value());
        event.headers().forEach((name, value) -> message.headers().add(name, value));
        try {
            var _ = producer.send(message, (_, failure) -> {
                if (failure != null) {
                    log.warn("It was not told that this instance leads {}: {}", lead.federation(), failure.toString());
                }
            });
        } catch (KafkaException e) {
            log.warn("It was not told that this instance leads {}: {}", lead.federation(), e.toString());
        }
    }

    @Override
    public void close() {
        producer.close(CLOSING);
    }
}
