// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import com.google.protobuf.Message;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic for its effect, as a member of a group. The effect of an event, its id in the inbox and what is
 * parked change in one transaction; the offset is committed after it, so that a reader that was killed between gets the event again
 * and knows it. A record that can't be taken is parked at once, one whose effect fails after some attempts; its partition goes on.
 * What comes later with the same key is parked behind it, in order, until people have sent the first one back or given it up.
 * While Kafka or the database is away it waits, and begins again from the committed offset.
 */
public final class EventReader<T extends Message> implements AutoCloseable {

    private static final long HOUSEKEEPING_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int EXPIRED_AT_ONCE = 10_000;

    /** What an event does. It runs within the transaction; what it throws is tried again. */
    @FunctionalInterface
    public interface Effect<T extends Message> {
        void apply(Event<T> event);
    }

    private final Map<String, Object> connection;
    private final Topic topic;
    private final ReaderSettings settings;
    private final ReaderStore store;
    private final Attempts<T> attempts;
    private final ReaderMeters meters;
    private final ReadingLoop loop;
    private @Nullable DeadLetters deadLetters;
    private long tidied = System.nanoTime();

    /** @param connection how clients connect, {@code bootstrap.servers} among it */
    public EventReader(
            Map<String, Object> connection,
            EventType<T> type,
            ReaderSettings settings,
            ReaderStore store,
            Effect<T> effect,
            MeterRegistry registry) {
        this.connection = Map.copyOf(GroupMembership.unnamed(connection));
        this.topic = type.topic();
        this.settings = settings;
        this.store = store;
        this.meters = new ReaderMeters(settings.group(), registry);
        this.attempts = new Attempts<>(type, settings, store, effect);
        this.loop = new ReadingLoop(
                connection,
                settings.group(),
                settings.batch(),
                List.of(topic.name(), topic.replays().name()),
                new ReadingLoop.Taker() {
                    @Override
                    public void take(List<ConsumerRecord<byte[], byte[]>> batch) {
                        EventReader.this.take(batch);
                    }

                    @Override
                    public void looked(long lag) {
                        meters.lag(lag);
                        tidy();
                    }
                });
    }

    /** Begins to read. */
    public void start() {
        loop.start();
    }

    /** Ends; what was not committed is read again by the next one. */
    @Override
    public void close() {
        loop.close();
        closeLetters();
    }

    /** All at once where all is well; one by one where it isn't. */
    private void take(List<ConsumerRecord<byte[], byte[]>> batch) {
        List<Delivery> deliveries = batch.stream()
                .map(record -> Delivery.of(settings.group(), topic, record))
                .toList();
        if (deliveries.size() == 1 || !attempts.all(deliveries, meters)) {
            deliveries.forEach(this::one);
        }
    }

    private void one(Delivery delivery) {
        if (delivery.isForAnother(settings.group())) {
            return;
        }
        for (int attempt = 1; ; attempt++) {
            try {
                Attempts.Outcome outcome = attempts.one(delivery);
                meters.count(outcome);
                if (outcome == Attempts.Outcome.BLOCKED) {
                    park(delivery, Cause.WAITING, new Waiting(), 0);
                }
                return;
            } catch (PoisonException e) {
                park(delivery, e.reason(), e, 1);
                return;
            } catch (StoreUnavailableException | WakeupException | InterruptException e) {
                throw e;
            } catch (RuntimeException e) {
                if (attempt == settings.attempts()) {
                    park(delivery, Cause.EFFECT_FAILED, e, attempt);
                    return;
                }
                loop.pause(settings.backoff(attempt));
            }
        }
    }

    /** Noted first, so that what people send back at once finds it; a second letter after a crash has the same id. */
    private void park(Delivery delivery, Cause cause, RuntimeException why, int tried) {
        DeadLetter letter = DeadLetter.of(settings.group(), delivery.record(), cause, why, tried);
        store.transaction(() -> {
            store.parked().park(letter);
            return letter;
        });
        letters().park(letter);
        meters.parked(cause);
    }

    /** Opened when there is something to park: who has no dead letters pays nothing. */
    private synchronized DeadLetters letters() {
        DeadLetters open = deadLetters;
        if (open == null) {
            open = new DeadLetters(connection);
            deadLetters = open;
        }
        return open;
    }

    private synchronized void closeLetters() {
        DeadLetters open = deadLetters;
        if (open != null) {
            open.close();
        }
    }

    private void tidy() {
        if (System.nanoTime() - tidied > HOUSEKEEPING_NANOS) {
            tidied = System.nanoTime();
            store.inbox().expire(settings.remember(), EXPIRED_AT_ONCE);
        }
    }

    /** Nothing failed: the record waits for its turn. */
    private static final class Waiting extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Waiting() {
            super("an earlier record of the same key is parked", null, false, false);
        }
    }
}
