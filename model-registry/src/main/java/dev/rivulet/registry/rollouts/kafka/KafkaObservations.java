// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.kafka;

import com.google.protobuf.Message;
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

/**
 * Replica reports and finished requests, and what callers and mirrored requests say of them, read from Kafka while a rollout is
 * active and at no other time. What gateways write is read apart: where there is none, the rest goes on.
 */
@Component
class KafkaObservations implements Observations {

    /** Reports are one a second; from so far back the last of every live replica is among them. */
    private static final Duration REPORTS_BACK = Duration.ofMinutes(1);

    private final Map<String, Object> connection;
    private final Clock clock;
    private final ReplicaBoard replicas;
    private final CompletionWindows completions;
    private volatile @Nullable TopicFeed feed;
    private volatile @Nullable TopicFeed verdicts;
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
            closeVerdicts();
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
            verdicts = new TopicFeed(
                    connection,
                    Map.of(
                            EventType.FEEDBACK_GIVEN.topic(), first,
                            EventType.SHADOW_COMPARED.topic(), first),
                    this::take);
        }
    }

    private void closeVerdicts() {
        TopicFeed open = verdicts;
        if (open != null) {
            open.close();
        }
        verdicts = null;
    }

    @Override
    public Instant since() {
        return since;
    }

    @Override
    public boolean caughtUp() {
        TopicFeed open = feed;
        TopicFeed beside = verdicts;
        return open != null && open.caughtUp() && beside != null && (beside.caughtUp() || beside.absent());
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
        TopicFeed open = feed;
        return open != null && open.caughtUp() ? clock.instant() : Instant.ofEpochMilli(record.timestamp());
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        Map<String, byte[]> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        if (is(EventType.REPLICA_STATUS_REPORTED, record)) {
            replicas.take(data(EventType.REPLICA_STATUS_REPORTED, headers, record), heard(record));
        } else if (is(EventType.FEEDBACK_GIVEN, record)) {
            completions.take(data(EventType.FEEDBACK_GIVEN, headers, record));
        } else if (is(EventType.SHADOW_COMPARED, record)) {
            completions.take(data(EventType.SHADOW_COMPARED, headers, record));
        } else {
            completions.take(data(EventType.COMPLETION_RECORDED, headers, record));
        }
    }

    private static boolean is(EventType<?> type, ConsumerRecord<byte[], byte[]> record) {
        return record.topic().equals(type.topic().name());
    }

    private static <T extends Message> T data(
            EventType<T> type, Map<String, byte[]> headers, ConsumerRecord<byte[], byte[]> record) {
        return Event.read(type, headers, record.value()).data();
    }
}
