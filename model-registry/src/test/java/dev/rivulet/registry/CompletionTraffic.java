// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Finished requests on all partitions of the real topic, a hundred a second until it is closed. */
final class CompletionTraffic implements AutoCloseable {

    private static final long EVERY_MILLIS = 10;

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicLong sent = new AtomicLong();
    private final Thread thread;
    private volatile boolean paused;
    private volatile boolean ended;

    CompletionTraffic(String brokers) {
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers), new ByteArraySerializer(), new ByteArraySerializer());
        this.thread = Thread.ofPlatform().daemon().name("traffic").start(this::run);
    }

    /** Events so far. */
    long sent() {
        return sent.get();
    }

    /** Stops sending; how many there are, all of which the broker has. */
    synchronized long pause() {
        paused = true;
        producer.flush();
        return sent.get();
    }

    void resume() {
        paused = false;
    }

    private void run() {
        while (!ended) {
            tell();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS));
        }
    }

    private synchronized void tell() {
        if (paused) {
            return;
        }
        String request = "request-" + sent.incrementAndGet();
        Instant now = Instant.now();
        Event<CompletionRecorded> event = new Event<>(
                request,
                "/inference-service/traffic",
                EventType.COMPLETION_RECORDED,
                request,
                now,
                null,
                CompletionRecorded.newBuilder()
                        .setRequest(request)
                        .setModel("m")
                        .setVersion("1")
                        .setFinishReason("stop")
                        .setFinishedAt(Timestamp.newBuilder().setSeconds(now.getEpochSecond()))
                        .build());
        ProducerRecord<byte[], byte[]> telling =
                new ProducerRecord<>(EventType.COMPLETION_RECORDED.topic().name(), event.key(), event.value());
        event.headers().forEach((name, value) -> telling.headers().add(name, value));
        producer.send(telling);
    }

    @Override
    public void close() {
        ended = true;
        producer.close();
    }
}
