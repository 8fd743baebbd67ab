// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.kafka;

import dev.rivulet.events.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics from moments in the past on, on one thread, until it is closed. It has no group: each registry reads everything, and
 * nothing is committed. While Kafka is away, or a topic not made yet, it tries again from where it was.
 */
final class TopicFeed implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicFeed.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long AGAIN_MILLIS = 1000;
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Map<String, Object> settings;
    private final Map<Topic, Instant> from;
    private final Consumer<ConsumerRecord<byte[], byte[]>> taker;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean caughtUp;
    private volatile boolean absent;
    private volatile @Nullable KafkaConsumer<byte[], byte[]> reading;

    /**
     * Begins to read.
     *
     * @param settings how to connect
     * @param from where reading of each topic begins
     * @param taker takes each record; one at which it fails is told in the log and passed over
     */
    TopicFeed(Map<String, Object> settings, Map<Topic, Instant> from, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        this.settings = new HashMap<>(settings);
        this.settings.putAll(Map.of(
                "allow.auto.create.topics", "false",
                "enable.auto.commit", "false",
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed",
                "fetch.max.bytes", 4 << 20,
                "max.partition.fetch.bytes", 1 << 20));
        this.from = Map.copyOf(from);
        this.taker = taker;
        this.thread = Thread.ofPlatform().daemon().name("rollout-feed").start(this::run);
    }

    /** Whether everything has been read that was there when reading began. */
    boolean caughtUp() {
        return caughtUp;
    }

    /** Whether there is nothing to read, for nobody has made one of the topics yet. */
    boolean absent() {
        return absent;
    }

    @Override
    public void close() {
        closed.countDown();
        KafkaConsumer<byte[], byte[]> waking = reading;
        if (waking != null) {
            waking.wakeup();
        }
        try {
            if (!thread.join(CLOSING)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        String last = "";
        while (!isClosed()) {
            try (KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                reading = consumer;
                follow(consumer);
            } catch (WakeupException e) {
                log.debug("The feed of rollouts is closed", e);
            } catch (RuntimeException e) {
                if (!e.toString().equals(last)) {
                    log.warn("What replicas tell can't be read, rollouts wait: {}", e.toString());
                }
                last = e.toString();
                pause();
            } finally {
                reading = null;
            }
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, Instant> starts = partitions(consumer);
        consumer.assign(starts.keySet());
        Map<TopicPartition, Long> ends = consumer.endOffsets(starts.keySet());
        seek(consumer, starts, ends);
        while (!isClosed()) {
            consumer.poll(POLL).forEach(this::take);
            starts.keySet().forEach(partition -> next.put(partition, consumer.position(partition)));
            caughtUp = caughtUp
                    || ends.entrySet().stream().allMatch(end -> next.getOrDefault(end.getKey(), 0L) >= end.getValue());
        }
    }

    /** All of them, or none: a topic just made has none yet, and reading only the others would leave it out for good. */
    private Map<TopicPartition, Instant> partitions(KafkaConsumer<byte[], byte[]> consumer) {
        Map<TopicPartition, Instant> found = new HashMap<>();
        from.forEach((topic, start) -> {
            var known = consumer.partitionsFor(topic.name());
            if (known == null || known.isEmpty()) {
                absent = true;
                throw new UnknownTopicOrPartitionException(topic.name() + " is not there yet");
            }
            known.forEach(each -> found.put(new TopicPartition(each.topic(), each.partition()), start));
        });
        absent = false;
        return found;
    }

    private void seek(
            KafkaConsumer<byte[], byte[]> consumer,
            Map<TopicPartition, Instant> starts,
            Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> times = starts.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, start -> start.getValue().toEpochMilli()));
        var offsets = consumer.offsetsForTimes(times);
        for (TopicPartition partition : List.copyOf(starts.keySet())) {
            var found = offsets.get(partition);
            long begin = found == null ? ends.getOrDefault(partition, 0L) : found.offset();
            consumer.seek(partition, next.getOrDefault(partition, begin));
        }
    }

    /** A record that can't be taken must not keep those after it from being taken. */
    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            taker.accept(record);
        } catch (RuntimeException e) {
            log.warn("Offset {} of {} is passed over: {}", record.offset(), record.topic(), e.toString());
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void pause() {
        try {
            if (closed.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS)) {
                log.debug("The feed of rollouts is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }
}
