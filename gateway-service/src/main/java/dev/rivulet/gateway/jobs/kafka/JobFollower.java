package dev.rivulet.gateway.jobs.kafka;

import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import dev.rivulet.gateway.jobs.JobStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * The thread that reads everything that Kafka knows of jobs, from the beginning, and then what comes. Every gateway reads all of
 * it: no group to join, no offsets to commit; what an aborted transaction left is never seen. A failure is followed by a fresh
 * start, which changes nothing of what is known.
 */
final class JobFollower implements SmartLifecycle, Runnable {

    private static final Logger log = LoggerFactory.getLogger(JobFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long COME_AGAIN_MILLIS = 1_000;
    private static final long SWEEP_NANOS = Duration.ofMinutes(1).toNanos();

    private final JobClients clients;
    private final JobEventReader reader;
    private final JobStore store;
    private final Object pause = new Object();
    private volatile boolean stopping;
    private Thread thread = new Thread(this);
    private long swept = System.nanoTime();

    JobFollower(JobClients clients, JobEventReader reader, JobStore store) {
        this.clients = clients;
        this.reader = reader;
        this.store = store;
    }

    @Override
    public void start() {
        stopping = false;
        thread = new Thread(this, "jobs-follower");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        boolean told = false;
        while (!stopping) {
            try {
                provision();
                told = false;
                follow();
            } catch (InterruptException e) {
                return;
            } catch (KafkaException | IllegalStateException e) {
                if (!told) {
                    log.warn("What becomes of jobs can't be read at present: {}", e.getMessage());
                    told = true;
                }
                rest();
            }
        }
    }

    private void provision() {
        KafkaAdmin admin = clients.admin();
        List<NewTopic> topics = new ArrayList<>(Arrays.stream(JobEventReader.TYPES)
                .map(EventType::topic)
                .map(JobFollower::topic)
                .toList());
        topics.add(topic(EventType.REQUEST_SUBMITTED.topic().deadLetters()));
        admin.createOrModifyTopics(topics.toArray(NewTopic[]::new));
    }

    private static NewTopic topic(Topic topic) {
        return new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty()).configs(topic.settings());
    }

    private void follow() {
        try (KafkaConsumer<byte[], byte[]> consumer = clients.consumer()) {
            List<TopicPartition> all = new ArrayList<>();
            for (EventType<?> type : JobEventReader.TYPES) {
                consumer.partitionsFor(type.topic().name())
                        .forEach(one -> all.add(new TopicPartition(one.topic(), one.partition())));
            }
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (!stopping) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    reader.accept(record);
                }
                if (!store.isLoaded() && ends.entrySet().stream().allMatch(end -> reached(consumer, end))) {
                    store.loaded();
                    log.info("{} jobs are known", store.size());
                }
                sweep();
            }
        }
    }

    private static boolean reached(KafkaConsumer<byte[], byte[]> consumer, Map.Entry<TopicPartition, Long> end) {
        return consumer.position(end.getKey()) >= end.getValue();
    }

    private void sweep() {
        if (System.nanoTime() - swept > SWEEP_NANOS) {
            swept = System.nanoTime();
            store.sweep();
        }
    }

    private void rest() {
        synchronized (pause) {
            try {
                if (!stopping) {
                    pause.wait(COME_AGAIN_MILLIS);
                }
            } catch (InterruptedException e) {
                stopping = true;
            }
        }
    }

    @Override
    public void stop() {
        stopping = true;
        thread.interrupt();
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread.isAlive();
    }
}
