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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
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
    private static final int LARGEST_FETCH = 4 << 20;

    /** Takes the records; must not throw. */
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
                List<TopicPartition> partitions = partitions(consumer);
                consumer.assign(partitions);
                partitions.forEach(partition -> seek(consumer, partition));
                follow(consumer, partitions);
            } catch (InterruptException e) {
                log.debug("The reader of {} stops", name, e);
            } catch (KafkaException e) {
                fail(e);
            }
        }
    }

    private void fail(KafkaException failure) {
        if (!failing) {
            log.warn("{} can't be read, what is known stays: {}", name, failure.getMessage());
        }
        failing = true;
        pause();
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
        return topics.stream()
                .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                .map(found -> new TopicPartition(found.topic(), found.partition()))
                .toList();
    }

    private void seek(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
        Long known = next.get(partition);
        if (known != null) {
            consumer.seek(partition, known);
        } else if (back == null) {
            consumer.seekToBeginning(List.of(partition));
        } else {
            long since = clock.instant().minus(back).toEpochMilli();
            var found = consumer.offsetsForTimes(Map.of(partition, since)).get(partition);
            if (found == null) {
                consumer.seekToEnd(List.of(partition));
            } else {
                consumer.seek(partition, found.offset());
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        failing = false;
        while (running) {
            consumer.poll(POLL).forEach(taker::take);
            partitions.forEach(partition -> next.put(partition, consumer.position(partition)));
            if (!caughtUp && ends.entrySet().stream().allMatch(this::isReached)) {
                caughtUp = true;
                log.info("Read: {}", name);
            }
            taker.looked(caughtUp);
        }
    }

    private boolean isReached(Map.Entry<TopicPartition, Long> end) {
        return next.getOrDefault(end.getKey(), 0L) >= end.getValue();
    }

    private void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(AGAIN.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>(connection.settings());
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("isolation.level", "read_committed");
        settings.put("fetch.max.bytes", LARGEST_FETCH);
        settings.put("max.partition.fetch.bytes", LARGEST_FETCH / 4);
        return settings;
    }
}
