// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.home.UsageException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A topic of its own on the same broker, written and read without anything in between; gone when it is closed. */
final class PlainTopic implements AutoCloseable {
    private static final int PARTITIONS = 4;
    private static final int PATIENCE_SECONDS = 20;

    private final String name;
    private final Admin admin;
    private final KafkaProducer<String, byte[]> producer;
    private final TopicWatch watch;

    PlainTopic(String brokers, String name, LongSupplier nanoTime) throws InterruptedException {
        this.name = name;
        this.admin = Admin.create(Map.of("bootstrap.servers", brokers));
        done(admin.createTopics(List.of(new NewTopic(name, Optional.of(PARTITIONS), Optional.empty())))
                .all());
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "acks", "all"), new StringSerializer(), new ByteArraySerializer());
        this.watch = new TopicWatch(brokers, name, nanoTime);
    }

    TopicWatch watch() {
        return watch;
    }

    void send(String key, byte[] value) {
        producer.send(new ProducerRecord<>(name, key, value));
    }

    @Override
    public void close() {
        watch.close();
        producer.close(Duration.ofSeconds(PATIENCE_SECONDS));
        try (admin) {
            done(admin.deleteTopics(List.of(name)).all());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void done(KafkaFuture<Void> future) throws InterruptedException {
        try {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new UsageException("The broker does not make or delete a topic: " + e.getMessage());
        }
    }
}
