package dev.rivulet.registry.rollouts.kafka;

import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.kafka.KafkaConnections;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.rollouts.Fleet;
import dev.rivulet.registry.rollouts.Observations;
import dev.rivulet.registry.rollouts.Rollout;
import dev.rivulet.registry.rollouts.RolloutSettings;
import dev.rivulet.registry.rollouts.analysis.Window;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Replica reports and finished requests, read from Kafka while a rollout is active and at no other time. */
@Component
class KafkaObservations implements Observations {

    /** Reports are one a second; from so far back the last of every live replica is among them. */
    private static final Duration REPORTS_BACK = Duration.ofMinutes(1);

    private final Map<String, Object> connection;
    private final Clock clock;
    private final ReplicaBoard replicas;
    private final CompletionWindows completions;
    private volatile @Nullable TopicFeed feed;
    private volatile Instant since;

    KafkaObservations(Environment environment, RolloutSettings settings, Clock clock) {
        this.connection = KafkaConnections.settings(environment);
        this.clock = clock;
        this.since = clock.instant();
        this.replicas = new ReplicaBoard(settings.replicaTimeout());
        this.completions = new CompletionWindows(settings.interval(), settings.maxIntervals());
    }

    @Override
    public synchronized void follow(List<Rollout> active) {
        completions.follow(active);
        TopicFeed open = feed;
        if (active.isEmpty() && open != null) {
            open.close();
            feed = null;
            replicas.clear();
        } else if (!active.isEmpty() && open == null) {
            since = clock.instant();
            Instant first = active.stream()
                    .map(Rollout::startedAt)
                    .min(Comparator.naturalOrder())
                    .orElse(since);
            feed = new TopicFeed(
                    connection,
                    Map.of(
                            EventType.REPLICA_STATUS_REPORTED.topic(),
                            since.minus(REPORTS_BACK),
                            EventType.COMPLETION_RECORDED.topic(),
                            first),
                    this::take);
        }
    }

    @Override
    public Instant since() {
        return since;
    }

    @Override
    public boolean caughtUp() {
        TopicFeed open = feed;
        return open != null && open.caughtUp();
    }

    @Override
    public Fleet fleet(Rollout rollout) {
        return replicas.fleet(rollout, clock.instant());
    }

    @Override
    public Window window(ModelName model, VersionName version, Instant from) {
        return completions.window(model, version, from);
    }

    /** By the own clock, so that a replica with a wrong one counts; what lay in the topic before was heard when it was written. */
    private Instant heard(ConsumerRecord<byte[], byte[]> record) {
        return caughtUp() ? clock.instant() : Instant.ofEpochMilli(record.timestamp());
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        Map<String, byte[]> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        if (record.topic().equals(EventType.REPLICA_STATUS_REPORTED.topic().name())) {
            replicas.take(
                    Event.read(EventType.REPLICA_STATUS_REPORTED, headers, record.value())
                            .data(),
                    heard(record));
        } else {
            completions.take(Event.read(EventType.COMPLETION_RECORDED, headers, record.value())
                    .data());
        }
    }
}
