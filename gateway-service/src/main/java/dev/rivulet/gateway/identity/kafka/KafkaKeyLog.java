// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.kafka;

import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.gateway.identity.ApiKey;
import dev.rivulet.gateway.identity.KeyLog;
import dev.rivulet.gateway.identity.KeyRegister;
import dev.rivulet.gateway.topics.KafkaConnection;
import dev.rivulet.gateway.topics.TopicFollower;
import dev.rivulet.gateway.topics.TopicWriter;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Keys as states on {@code identity.key.changed}. Every gateway reads all of them into memory, so a restart loses none. A change
 * counts as kept when all in-sync copies have it. While Kafka is away, what was read goes on to hold.
 */
final class KafkaKeyLog implements KeyLog, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KafkaKeyLog.class);
    private static final String SOURCE = "/gateway-service";
    private static final long BUFFER = 1 << 20;
    private static final Duration COME_AGAIN = Duration.ofSeconds(2);

    private final TopicFollower follower;
    private final TopicWriter writer;
    private final KeyRegister register;
    private final Clock clock;
    private final Supplier<UUID> ids;

    KafkaKeyLog(KafkaConnection connection, KeyRegister register, Clock clock, Supplier<UUID> ids) {
        this.register = register;
        this.clock = clock;
        this.ids = ids;
        this.writer = new TopicWriter(connection, BUFFER);
        this.follower =
                new TopicFollower(connection, List.of(EventType.API_KEY_CHANGED.topic()), null, clock, this::take);
    }

    void start() {
        follower.start();
    }

    @Override
    public boolean caughtUp() {
        return follower.caughtUp();
    }

    @Override
    public Mono<Void> append(ApiKey key) {
        return writer.write(new Event<>(
                        ids.get().toString(),
                        SOURCE,
                        EventType.API_KEY_CHANGED,
                        key.id(),
                        clock.instant(),
                        null,
                        KeyEvents.event(key)))
                .onErrorMap(KafkaKeyLog::notKept);
    }

    @Override
    public void close() {
        follower.close();
        writer.close();
    }

    private void take(ConsumerRecord<byte[], byte[]> taken) {
        if (taken.value() == null) {
            register.removed(new String(taken.key(), StandardCharsets.UTF_8));
            return;
        }
        try {
            register.changed(
                    KeyEvents.key(Event.read(EventType.API_KEY_CHANGED, TopicFollower.headers(taken), taken.value())
                            .data()));
        } catch (MalformedEventException | IllegalArgumentException e) {
            log.warn("The record at offset {} of {} is no API key: {}", taken.offset(), taken.topic(), e.getMessage());
        }
    }

    private static ProblemException notKept(Throwable why) {
        return new ProblemException(
                Problem.of(
                                ProblemCode.KEYS_UNAVAILABLE,
                                "The change could not be kept, for Kafka did not take it in time. Send this request again "
                                        + "after the seconds in Retry-After.")
                        .retryAfter(COME_AGAIN),
                why);
    }
}
