// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.instances.kafka;

import dev.rivulet.events.Topic;
import dev.rivulet.federation.instances.InstancesSettings;
import dev.rivulet.federation.instances.Leads;
import dev.rivulet.federation.rounds.Leadership;
import dev.rivulet.topics.CatalogueTopics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Takes part in the election: a member of one consumer group of all instances. Whoever is given a partition leads the federations in
 * it; whoever is not heard of loses them. The records of the topic are not what counts: that is who is a member.
 */
final class Election implements SmartLifecycle, ConsumerRebalanceListener {

    /** Of all instances. */
    static final String GROUP = "federation-leaders";

    private static final Logger log = LoggerFactory.getLogger(Election.class);
    private static final long AGAIN_MILLIS = 1000;
    private static final Duration CLOSING = Duration.ofSeconds(15);

    private final Map<String, Object> connection;
    private final Topic topic;
    private final Leads leads;
    private final InstancesSettings settings;
    private final ApplicationEventPublisher events;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Consumer<byte[], byte[]> member;
    private volatile @Nullable Thread thread;

    Election(
            Map<String, Object> connection,
            Topic topic,
            Leads leads,
            InstancesSettings settings,
            ApplicationEventPublisher events) {
        this.connection = Map.copyOf(connection);
        this.topic = topic;
        this.leads = leads;
        this.settings = settings;
        this.events = events;
    }

    @Override
    public void start() {
        thread = Thread.ofPlatform().daemon().name("election").start(this::run);
    }

    private void run() {
        String last = "";
        while (closed.getCount() > 0) {
            try (Consumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(clientSettings(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                member = consumer;
                new CatalogueTopics("federation-service", connection, (short) -1).make();
                consumer.subscribe(List.of(topic.name()), this);
                while (closed.getCount() > 0) {
                    consumer.poll(settings.look());
                    last = "";
                    tell();
                }
            } catch (WakeupException | InterruptException e) {
                log.debug("The election ends for this instance", e);
            } catch (RuntimeException e) {
                if (!e.toString().equals(last)) {
                    log.warn(
                            "This instance takes no part in the election at present, and will again: {}", e.toString());
                }
                last = e.toString();
            } finally {
                member = null;
                lost();
            }
            pause();
        }
    }

    private void pause() {
        try {
            closed.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closed.countDown();
        }
    }

    private void lost() {
        leads.take(partitions(allPartitions()));
        tell();
    }

    private List<TopicPartition> allPartitions() {
        return IntStream.range(0, topic.partitions())
                .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                .toList();
    }

    /** A database that is away now is asked again a moment later. */
    private void tell() {
        try {
            events.publishEvent(new Leadership.Changed());
        } catch (RuntimeException e) {
            log.warn("Who leads what can't be acted on now: {}", e.toString());
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> more) {
        leads.give(partitions(more));
        log.info("This instance leads the federations of {} more partitions", more.size());
    }

    /** What is under way is finished before another may begin. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> others) {
        leads.take(partitions(others));
        tell();
    }

    private static Set<Integer> partitions(Collection<TopicPartition> of) {
        return of.stream().map(TopicPartition::partition).collect(Collectors.toSet());
    }

    private Map<String, Object> clientSettings() {
        Map<String, Object> all = new HashMap<>(connection);
        all.put("group.id", GROUP);
        all.put("allow.auto.create.topics", "false");
        all.put("enable.auto.commit", "false");
        all.put("auto.offset.reset", "latest");
        all.put("metadata.max.age.ms", "10000");
        all.put("session.timeout.ms", Long.toString(settings.silence().toMillis()));
        all.put("heartbeat.interval.ms", Long.toString(settings.silence().toMillis() / 4));
        all.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
        return all;
    }

    @Override
    public void stop() {
        closed.countDown();
        Consumer<byte[], byte[]> waking = member;
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
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
