// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.topics;

import dev.rivulet.events.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that reads topics from a point in the past and goes on reading; without a group, for every gateway reads everything,
 * and nothing of a transaction that was given up. Makes topics where they are missing. While Kafka is away it tries again, from
 * the same points: whoever takes the records must bear to get one twice. Topics come in any order.
 */
public final class TopicFollower implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(2);
    /** A topic just made is known to every broker within moments. */
    private static final Duration UNTIL_KNOWN = Duration.ofMillis(100);

    private static final int LARGEST_FETCH = 4 << 20;

    /** Takes the records. One at which it fails is told in the log and passed over. */
    public interface Taker {
        void take(ConsumerRecord<byte[], byte[]> taken);

        /**
         * Called at least twice a second while Kafka answers.
         *
         * @param caughtUp whether everything has been taken that was there when reading began
         */
        default void looked(boolean caughtUp) {}
    }

    private final KafkaConnection connection;
    private final String name;
    private final List<Topic> topics;
    private final @Nullable Duration back;
    private final InstantSource clock;
    private final Taker taker;
    private volatile boolean running;
    private volatile boolean caughtUp;
    private volatile @Nullable Thread thread;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private boolean failing;

    /**
     * @param back how far back reading starts; null for the beginning
     * @param clock only to find that point
     */
    public TopicFollower(
            KafkaConnection connection, List<Topic> topics, @Nullable Duration back, InstantSource clock, Taker taker) {
        this.connection = connection;
        this.topics = List.copyOf(topics);
        this.name = topics.stream().map(Topic::name).collect(Collectors.joining(", "));
        this.back = back;
        this.clock = clock;
        this.taker = taker;
    }

    /** Begins to read. */
    public void start() {
        running = true;
        thread = Thread.ofPlatform()
                .daemon()
                .name("follow-" + topics.getFirst().name())
                .start(this::read);
    }

    /** Whether everything has been read that was there when reading began. */
    public boolean caughtUp() {
        return caughtUp;
    }

    @Override
    public void close() {
        running = false;
        Thread reading = thread;
        if (reading != null) {
            reading.interrupt();
        }
    }

    /** The headers of a record, as an event is read from them. */
    public static Map<String, byte[]> headers(ConsumerRecord<?, ?> record) {
        Map<String, byte[]> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        return headers;
    }

    private void read() {
        while (running) {
            try (Consumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                connection.make(topics);
                List<TopicPartition> partitions = partitions(consumer, topics);
                consumer.assign(partitions);
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
                ends.forEach((partition, end) -> seek(consumer, partition, end));
                follow(consumer, ends);
            } catch (InterruptException e) {
                log.debug("The reader of {} stops", name, e);
            } catch (UnknownTopicOrPartitionException e) {
                log.debug("Not known yet: {}", e.getMessage());
                pause(UNTIL_KNOWN);
            } catch (RuntimeException e) {
                fail(e);
            }
        }
    }

    private void fail(RuntimeException failure) {
        if (!failing) {
            log.warn("{} can't be read, what is known stays: {}", name, failure.toString());
        }
        failing = true;
        pause(AGAIN);
    }

    /**
     * Every partition of the topics.
     *
     * @throws UnknownTopicOrPartitionException if there is a topic of which the broker knows none yet: it was just made, and
     *     reading only the others would leave its records unread for good
     */
    static List<TopicPartition> partitions(Consumer<?, ?> consumer, List<Topic> topics) {
        return topics.stream()
                .flatMap(topic -> known(topic, consumer.partitionsFor(topic.name())).stream())
                .map(found -> new TopicPartition(found.topic(), found.partition()))
                .toList();
    }

    private static List<PartitionInfo> known(Topic topic, List<PartitionInfo> found) {
        if (found.isEmpty()) {
            throw new UnknownTopicOrPartitionException(topic.name());
        }
        return found;
    }

    /** @param end asked for before, so that what is written meanwhile is read */
    private void seek(Consumer<byte[], byte[]> consumer, TopicPartition partition, long end) {
        Long known = next.get(partition);
        if (known != null) {
            consumer.seek(partition, known);
        } else if (back == null) {
            consumer.seekToBeginning(List.of(partition));
        } else {
            long since = clock.instant().minus(back).toEpochMilli();
            var found = consumer.offsetsForTimes(Map.of(partition, since)).get(partition);
            consumer.seek(partition, found == null ? end : found.offset());
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        failing = false;
        while (running) {
            consumer.poll(POLL).forEach(this::take);
            ends.keySet().forEach(partition -> next.put(partition, consumer.position(partition)));
            if (!caughtUp && ends.entrySet().stream().allMatch(this::isReached)) {
                caughtUp = true;
                log.info("Read: {}", name);
            }
            taker.looked(caughtUp);
        }
    }

    /** A record that can't be taken must not keep those after it from being taken. */
    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            taker.take(record);
        } catch (RuntimeException e) {
            log.atError()
                    .setCause(e)
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("offset", record.offset())
                    .log("A record of {} could not be taken and is passed over", record.topic());
        }
    }

    private boolean isReached(Map.Entry<TopicPartition, Long> end) {
        return next.getOrDefault(end.getKey(), 0L) >= end.getValue();
    }

    private static void pause(Duration pause) {
        try {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>(connection.settings());
        settings.put("allow.auto.create.topics", "false");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("isolation.level", "read_committed");
        settings.put("fetch.max.bytes", LARGEST_FETCH);
        settings.put("max.partition.fetch.bytes", LARGEST_FETCH / 4);
        return settings;
    }
}
