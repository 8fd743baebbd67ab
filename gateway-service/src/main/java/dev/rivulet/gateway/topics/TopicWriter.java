// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.topics;

import dev.rivulet.events.Event;
import dev.rivulet.events.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Writes events, those of one key in their order, each kept by all in-sync copies before it counts as written. */
public final class TopicWriter implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 5_000;
    private static final int WAITING = 10_000;

    private final KafkaConnection connection;
    private final long buffer;
    private final List<Topic> topics;
    private @Nullable Producer<byte[], byte[]> producer;
    private boolean closed;
    /** Asking for a topic's place may block where Kafka is away: never on the caller's thread. */
    private final Scheduler sending = Schedulers.newBoundedElastic(1, WAITING, "topic-writer");

    /**
     * Connects when there is something to write, so that who writes nothing pays nothing.
     *
     * @param buffer bytes of records that may wait to be sent
     */
    public TopicWriter(KafkaConnection connection, long buffer) {
        this(connection, buffer, List.of());
    }

    /** @param topics made where they are missing before the first event is written */
    TopicWriter(KafkaConnection connection, long buffer, List<Topic> topics) {
        this.connection = connection;
        this.buffer = buffer;
        this.topics = List.copyOf(topics);
    }

    /** @return completes when the event is kept; fails where that is not known within ten seconds or too many wait */
    public Mono<Void> write(Event<?> event) {
        ProducerRecord<byte[], byte[]> written =
                new ProducerRecord<>(event.type().topic().name(), event.key(), event.value());
        event.headers().forEach((name, value) -> written.headers().add(name, value));
        return Mono.<Void>create(sink -> producer().send(written, (metadata, failure) -> {
                    if (failure == null) {
                        sink.success();
                    } else {
                        sink.error(failure);
                    }
                }))
                .subscribeOn(sending);
    }

    @Override
    public synchronized void close() {
        closed = true;
        sending.dispose();
        Producer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(Duration.ofSeconds(1));
        }
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (closed) {
            throw new IllegalStateException("this gateway stops");
        }
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            if (!topics.isEmpty()) {
                connection.make(topics);
            }
            open = new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer());
            producer = open;
        }
        return open;
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>(connection.settings());
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("max.block.ms", PATIENCE_MILLIS);
        settings.put("request.timeout.ms", PATIENCE_MILLIS / 2);
        settings.put("delivery.timeout.ms", PATIENCE_MILLIS);
        settings.put("buffer.memory", buffer);
        return settings;
    }
}
