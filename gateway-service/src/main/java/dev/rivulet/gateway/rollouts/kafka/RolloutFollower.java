// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts.kafka;

import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.gateway.rollouts.Rollouts;
import dev.rivulet.gateway.topics.KafkaConnection;
import dev.rivulet.gateway.topics.TopicFollower;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code model.rollout.changed} from its beginning on. While Kafka is away, what is known holds. */
final class RolloutFollower implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RolloutFollower.class);

    private final Rollouts rollouts;
    private final TopicFollower follower;
    private final Counter malformed;

    RolloutFollower(Rollouts rollouts, KafkaConnection connection, InstantSource clock, MeterRegistry meters) {
        this.rollouts = rollouts;
        this.follower =
                new TopicFollower(connection, List.of(EventType.ROLLOUT_CHANGED.topic()), null, clock, this::take);
        this.malformed = Counter.builder("rivulet.gateway.events.malformed")
                .tag("topic", EventType.ROLLOUT_CHANGED.topic().name())
                .description("Records that could not be read")
                .register(meters);
    }

    /** Begins to read. */
    void follow() {
        follower.start();
    }

    @Override
    public void close() {
        follower.close();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            rollouts.forgotten(new String(record.key(), StandardCharsets.UTF_8));
            return;
        }
        try {
            rollouts.changed(Event.read(EventType.ROLLOUT_CHANGED, TopicFollower.headers(record), record.value())
                    .data());
        } catch (MalformedEventException e) {
            malformed.increment();
            log.warn("A record of {} at {} can't be read: {}", record.topic(), record.offset(), e.getMessage());
        }
    }
}
