// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that reads topics as a member of a group ({@link GroupMembership}), and commits after each batch that was taken. What fails ends the membership,
 * and after a second a fresh one begins from what was committed. A topic that is not there is not asked for again and again: it is
 * told once, and read from the beginning once it is there.
 */
public final class ReadingLoop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReadingLoop.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long AGAIN_MILLIS = 1000;
    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final Duration LOOKING = Duration.ofSeconds(5);
    private static final long LOOK_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long LOOK_FOR_MISSING_NANOS = Duration.ofSeconds(1).toNanos();

    /** Takes what was read. */
    public interface Taker {
        /** Takes some records, in the order of their partitions; if it throws, they come again. */
        void take(List<ConsumerRecord<byte[], byte[]>> batch);

        /**
         * Called at least twice a second while Kafka answers.
         *
         * @param lag records that lie in the partitions of this member and were not read yet
         */
        default void looked(long lag) {}
    }

    private final Map<String, Object> connection;
    private final String group;
    private final int batch;
    private final List<String> topics;
    private final Taker taker;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Consumer<byte[], byte[]> reading;
    private boolean uncommitted;
    private Set<String> missing = Set.of();
    private long looked;
    private @Nullable Thread thread;

    /**
     * @param connection how clients connect, {@code bootstrap.servers} among it
     * @param group the consumer group
     * @param batch records at once, at most
     */
    public ReadingLoop(Map<String, Object> connection, String group, int batch, List<String> topics, Taker taker) {
        this.connection = Map.copyOf(connection);
        this.group = group;
        this.batch = batch;
        this.topics = List.copyOf(topics);
        this.taker = taker;
    }

    /** Begins to read. */
    public synchronized void start() {
        if (thread == null) {
            thread = Thread.ofPlatform()
                    .daemon()
                    .name("read-" + topics.getFirst())
                    .start(this::run);
        }
    }

    /** Ends; what was not committed is read again by the next one. */
    @Override
    public synchronized void close() {
        closed.countDown();
        Consumer<byte[], byte[]> waking = reading;
        if (waking != null) {
            waking.wakeup();
        }
        Thread ending = thread;
        try {
            if (ending != null && !ending.join(CLOSING)) {
                ending.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        String last = "";
        while (closed.getCount() > 0) {
            try (Consumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                reading = consumer;
                uncommitted = false;
                looked = System.nanoTime() - LOOK_NANOS;
                while (closed.getCount() > 0) {
                    step(consumer);
                    last = "";
                }
            } catch (WakeupException | InterruptException e) {
                log.debug("Reading of {} ends", topics, e);
            } catch (RuntimeException e) {
                if (!e.toString().equals(last)) {
                    log.warn("{} are not read at present and will be again: {}", topics, e.toString());
                }
                last = e.toString();
                await(AGAIN_MILLIS);
            } finally {
                reading = null;
            }
        }
    }

    private void step(Consumer<byte[], byte[]> consumer) {
        look(consumer);
        if (consumer.subscription().isEmpty()) {
            taker.looked(0);
            await(POLL.toMillis());
            return;
        }
        List<ConsumerRecord<byte[], byte[]>> batch =
                StreamSupport.stream(consumer.poll(POLL).spliterator(), false).toList();
        if (!batch.isEmpty()) {
            taker.take(batch);
            uncommitted = true;
        }
        if (uncommitted) {
            uncommitted = !committed(consumer);
        }
        taker.looked(consumer.assignment().stream()
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum());
    }

    /** Joins the group for the topics that are there: the client would warn of others at every request for as long as they are not. */
    private void look(Consumer<byte[], byte[]> consumer) {
        long every = missing.isEmpty() && !consumer.subscription().isEmpty() ? LOOK_NANOS : LOOK_FOR_MISSING_NANOS;
        if (System.nanoTime() - looked < every) {
            return;
        }
        looked = System.nanoTime();
        try {
            Set<String> there = new HashSet<>(topics);
            there.retainAll(consumer.listTopics(LOOKING).keySet());
            if (!there.equals(consumer.subscription())) {
                consumer.subscribe(there);
            }
            Set<String> absent = new TreeSet<>(topics);
            absent.removeAll(there);
            tell(absent);
        } catch (TimeoutException e) {
            log.debug("The brokers do not say which topics there are", e);
        }
    }

    private void tell(Set<String> absent) {
        if (!absent.isEmpty() && !absent.equals(missing)) {
            log.warn("{} are not there, or not to be seen by this service; they are read once they are", absent);
        } else if (absent.isEmpty() && !missing.isEmpty()) {
            log.info("{} are there and read", missing);
        }
        missing = absent;
    }

    /**
     * Whether what was read is committed. While members of the group come and go it can't be: this one goes on, takes part in that
     * with its next poll, and commits then. If it left instead, the others would have to begin anew, and leave in turn.
     */
    private boolean committed(Consumer<byte[], byte[]> consumer) {
        try {
            consumer.commitSync();
            return true;
        } catch (RebalanceInProgressException | CommitFailedException e) {
            log.debug("What was read of {} is committed once the group has settled", topics, e);
            return false;
        }
    }

    /**
     * Waits on the thread of this loop.
     *
     * @throws WakeupException if the loop is closed meanwhile
     */
    void pause(Duration time) {
        if (await(time.toMillis())) {
            throw new WakeupException();
        }
    }

    private boolean await(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closed.countDown();
            return true;
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> all = GroupMembership.settings(connection, group);
        all.put("allow.auto.create.topics", "false");
        all.put("enable.auto.commit", "false");
        all.put("auto.offset.reset", "earliest");
        all.put("isolation.level", "read_committed");
        all.put("max.poll.records", batch);
        all.put("fetch.max.bytes", 4 << 20);
        all.put("max.partition.fetch.bytes", 1 << 20);
        // A topic that was just made is found this soon.
        all.put("metadata.max.age.ms", "10000");
        return all;
    }
}
