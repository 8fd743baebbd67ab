// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.home.UsageException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads a topic from its end on, as a reader of committed records does, and says when what was read. */
final class TopicWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration START = Duration.ofSeconds(20);

    private final LongSupplier nanoTime;
    private final KafkaConsumer<String, byte[]> consumer;
    private final Map<String, Long> lastAt = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Thread reading;
    private int all;
    private int bytes;
    private volatile boolean open = true;
    private @Nullable RuntimeException failure;

    /**
     * Returns once it stands at the end: what is written from then on is read.
     *
     * @param nanoTime a monotonic clock
     */
    TopicWatch(String brokers, String topic, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic, START).stream()
                .map(one -> new TopicPartition(topic, one.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(partition -> consumer.position(partition, START));
        this.reading = Thread.ofPlatform().daemon().name("watch-" + topic).start(this::read);
    }

    /** How many records of a key have been read. */
    synchronized int count(String key) {
        return counts.getOrDefault(key, 0);
    }

    /** How many records have been read. */
    synchronized int count() {
        return all;
    }

    /** Bytes of the value of the record that was read last. */
    synchronized int bytes() {
        return bytes;
    }

    /** Waits for the next record of a key after so many; when it was read. */
    synchronized long next(String key, int after, Duration most) throws InterruptedException {
        long until = nanoTime.getAsLong() + most.toNanos();
        while (count(key) <= after) {
            await(until, "A record of " + key);
        }
        return lastAt.getOrDefault(key, 0L);
    }

    /** Waits until so many records have been read. */
    synchronized void until(int count, Duration most) throws InterruptedException {
        long until = nanoTime.getAsLong() + most.toNanos();
        while (all < count) {
            await(until, "Record " + count);
        }
    }

    @Override
    public void close() {
        open = false;
        consumer.wakeup();
        try {
            reading.join(START);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(long until, String what) throws InterruptedException {
        if (failure != null) {
            throw failure;
        }
        long left = until - nanoTime.getAsLong();
        if (left <= 0) {
            throw new UsageException(what + " was not read in time; `./rivulet status` shows whether all parts run.");
        }
        wait(Math.max(1, left / 1_000_000));
    }

    private void read() {
        try (consumer) {
            while (open) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    take(record, nanoTime.getAsLong());
                }
            }
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private synchronized void take(ConsumerRecord<String, byte[]> record, long now) {
        counts.merge(record.key(), 1, Integer::sum);
        lastAt.put(record.key(), now);
        all++;
        bytes = record.value() == null ? 0 : record.value().length;
        notifyAll();
    }

    private synchronized void fail(RuntimeException why) {
        if (open) {
            failure = why;
            notifyAll();
        }
    }
}
