// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.feedback.kafka;

import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.AnswerGiven;
import dev.rivulet.gateway.feedback.AnswerBoard;
import dev.rivulet.gateway.feedback.AnsweredRequests;
import dev.rivulet.gateway.topics.KafkaConnection;
import dev.rivulet.gateway.topics.TopicFollower;
import dev.rivulet.gateway.topics.TopicWriter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells every gateway which version gave an answer, over the topic {@code inference.answer.given}, and hears from all of them, also
 * what they said before a restart; and reads verdicts back, so that the first one on the topic holds everywhere. An answer never
 * waits for Kafka: where it is away, this gateway alone knows it.
 */
final class KafkaAnswers implements AnswerBoard, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KafkaAnswers.class);
    private static final String SOURCE = "/gateway-service";
    private static final long BUFFER = 2 << 20;

    private final AnsweredRequests answers;
    private final Clock clock;
    private final Supplier<UUID> ids;
    private final TopicWriter writer;
    private final TopicFollower follower;
    private final Counter untold;

    /** @param back how far back answers and verdicts are read at the start */
    KafkaAnswers(
            AnsweredRequests answers,
            KafkaConnection connection,
            Duration back,
            Clock clock,
            Supplier<UUID> ids,
            MeterRegistry meters) {
        this.answers = answers;
        this.clock = clock;
        this.ids = ids;
        this.writer = new TopicWriter(connection, BUFFER);
        this.follower = new TopicFollower(
                connection,
                List.of(EventType.ANSWER_GIVEN.topic(), EventType.FEEDBACK_GIVEN.topic()),
                back,
                clock,
                this::take);
        this.untold = Counter.builder("rivulet.gateway.feedback.untold")
                .description("Answers that other gateways could not be told of")
                .register(meters);
    }

    /** Begins to hear of others' answers. */
    void follow() {
        follower.start();
    }

    /** Whether everything has been heard that was there at the start. */
    boolean caughtUp() {
        return follower.caughtUp();
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public void post(AnswerGiven answer) {
        writer.write(new Event<>(
                        ids.get().toString(),
                        SOURCE,
                        EventType.ANSWER_GIVEN,
                        answer.getRequest(),
                        clock.instant(),
                        null,
                        answer))
                .subscribe(done -> {}, failure -> {
                    untold.increment();
                    log.debug("Other gateways can't be told of an answer", failure);
                });
    }

    @Override
    public void close() {
        follower.close();
        writer.close();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.topic().equals(EventType.ANSWER_GIVEN.topic().name())) {
                answers.heard(Event.read(EventType.ANSWER_GIVEN, TopicFollower.headers(record), record.value())
                        .data());
            } else {
                answers.heard(Event.read(EventType.FEEDBACK_GIVEN, TopicFollower.headers(record), record.value())
                        .data());
            }
        } catch (MalformedEventException e) {
            log.warn("A record of {} at {} can't be read: {}", record.topic(), record.offset(), e.getMessage());
        }
    }
}
