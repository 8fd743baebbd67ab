package dev.rivulet.gateway.topics;

import dev.rivulet.events.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that reads a topic of one partition from a point in the past and goes on reading; without a group, for every
 * gateway reads everything. Makes the topic where it is missing. While Kafka is away it tries again, from the same point: whoever
 * takes the records must bear to get one twice.
 */
public final class TopicFollower implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final long MAKE_SECONDS = 10;

    /** Takes the records; must not throw. */
    public interface Taker {
        void take(ConsumerRecord<byte[], byte[]> taken);
    }

    private final KafkaConnection connection;
    private final Topic topic;
    private final TopicPartition partition;
    private final @Nullable Duration back;
    private final InstantSource clock;
    private final Taker taker;
    private volatile boolean running;
    private volatile boolean caughtUp;
    private volatile @Nullable Thread thread;
    private long next = -1;

    /**
     * @param back how far back reading starts; null for the beginning
     * @param clock only to find that point
     */
    public TopicFollower(
            KafkaConnection connection, Topic topic, @Nullable Duration back, InstantSource clock, Taker taker) {
        this.connection = connection;
        this.topic = topic;
        this.partition = new TopicPartition(topic.name(), 0);
        this.back = back;
        this.clock = clock;
        this.taker = taker;
    }

    /** Begins to read. */
    public void start() {
        running = true;
        thread = Thread.ofPlatform().daemon().name("follow-" + topic.name()).start(this::read);
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

    private void read() {
        while (running) {
            try (Consumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                make();
                consumer.assign(List.of(partition));
                seek(consumer);
                follow(consumer);
            } catch (InterruptException e) {
                log.debug("The reader of {} stops", topic.name(), e);
            } catch (KafkaException e) {
                log.warn("{} can't be read, what is known stays: {}", topic.name(), e.getMessage());
                pause();
            }
        }
    }

    private void seek(Consumer<byte[], byte[]> consumer) {
        if (next >= 0) {
            consumer.seek(partition, next);
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

    private void follow(Consumer<byte[], byte[]> consumer) {
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        while (running) {
            consumer.poll(POLL).forEach(taker::take);
            next = consumer.position(partition);
            if (!caughtUp && next >= end) {
                caughtUp = true;
                log.info("{} is read", topic.name());
            }
        }
    }

    private void make() {
        try (Admin admin = Admin.create(connection.settings())) {
            admin.createTopics(List.of(new NewTopic(topic.name(), topic.partitions(), connection.copies())
                            .configs(topic.settings())))
                    .all()
                    .get(MAKE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new KafkaException("it can't be made", e.getCause());
            }
        } catch (TimeoutException e) {
            throw new KafkaException("it can't be made in time", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
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
        return settings;
    }
}
