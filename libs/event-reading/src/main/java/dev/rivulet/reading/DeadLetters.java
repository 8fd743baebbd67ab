// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes dead letters and what is sent back, each kept by all in-sync copies before the call returns. */
public final class DeadLetters implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    private final Producer<byte[], byte[]> producer;

    /** @param connection how clients connect, {@code bootstrap.servers} among it */
    public DeadLetters(Map<String, Object> connection) {
        this(new KafkaProducer<>(settings(connection), new ByteArraySerializer(), new ByteArraySerializer()));
    }

    DeadLetters(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /**
     * Parks a record. A value for which the topic has no room is left out and its size told; so are its own headers, if it still has
     * no room.
     *
     * @throws KafkaException if the broker does not take it in time; it may have been taken nevertheless
     */
    public void park(DeadLetter letter) {
        log.atWarn()
                .addKeyValue("letter", letter.id())
                .addKeyValue("cause", letter.cause().wire())
                .log(
                        "Offset {} of {}-{} is parked: {}",
                        letter.origin().offset(),
                        letter.origin().topic(),
                        letter.origin().partition(),
                        letter.reason());
        if (!taken(letter.record()) && !taken(letter.withoutValue().record())) {
            send(letter.bare().record());
        }
    }

    private boolean taken(ProducerRecord<byte[], byte[]> record) {
        try {
            send(record);
            return true;
        } catch (RecordTooLargeException e) {
            return false;
        }
    }

    /**
     * Sends one record and waits for it.
     *
     * @throws RecordTooLargeException if the topic has no room for it
     * @throws KafkaException if the broker does not take it in time
     */
    public void send(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RecordTooLargeException large) {
                throw large;
            }
            throw new KafkaException(record.topic() + " takes no record", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }

    private static Map<String, Object> settings(Map<String, Object> connection) {
        Map<String, Object> settings = new HashMap<>(connection);
        settings.put("acks", "all");
        settings.put("enable.idempotence", "true");
        settings.put("max.block.ms", "5000");
        settings.put("request.timeout.ms", "5000");
        settings.put("delivery.timeout.ms", "10000");
        settings.put("linger.ms", "0");
        // The topic decides what is too large.
        settings.put("max.request.size", 16 << 20);
        settings.put("buffer.memory", 20 << 20);
        return settings;
    }
}
