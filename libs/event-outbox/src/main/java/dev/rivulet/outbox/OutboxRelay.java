// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import dev.rivulet.outbox.OutboxStore.Leased;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the facts of the outbox one after another. Several relays may work on one outbox: a lease keeps each fact with one of
 * them, and a fact is taken only if it is the first of its aggregate, so the order within an aggregate holds. A relay that
 * dies between sending and marking leaves its lease to run out; the fact is then sent again under the same event id. A relay
 * frozen for longer than its lease may send an old fact after a newer one: readers of a state go by its revision.
 */
class OutboxRelay {

    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);

    private final OutboxStore store;
    private final EventSender sender;
    private final OutboxSettings settings;
    private final RandomGenerator random;
    private final UUID relay = UUID.randomUUID();
    private final Counter sent;
    private final Counter failures;
    private volatile double oldestAgeSeconds;

    OutboxRelay(
            OutboxStore store,
            EventSender sender,
            OutboxSettings settings,
            RandomGenerator random,
            MeterRegistry meters) {
        this.store = store;
        this.sender = sender;
        this.settings = settings;
        this.random = random;
        this.sent = meters.counter("rivulet.outbox.sent");
        this.failures = meters.counter("rivulet.outbox.failures");
        Gauge.builder("rivulet.outbox.oldest.age", this, at -> at.oldestAgeSeconds)
                .baseUnit("seconds")
                .description("Age of the oldest fact that is not sent yet")
                .register(meters);
    }

    /** Sends what is due; returns when nothing more is. */
    void drain() {
        Optional<Leased> next = lease();
        while (next.isPresent() && !Thread.currentThread().isInterrupted()) {
            relay(next.get());
            next = lease();
        }
        oldestAgeSeconds = store.oldestUnsentAge().toMillis() / 1000.0;
    }

    /** Deletes facts that were sent long ago. */
    void purge() {
        int deleted = store.purge(settings.keepSent(), settings.purgeBatch());
        if (deleted > 0) {
            log.debug("Deleted {} sent facts", deleted);
        }
    }

    private Optional<Leased> lease() {
        return store.lease(relay, settings.lease(), settings.retryMax());
    }

    private void relay(Leased leased) {
        try {
            sender.send(leased.fact());
        } catch (RuntimeException e) {
            failures.increment();
            Duration wait = settings.backoff(leased.attempt(), random.nextDouble());
            oldestAgeSeconds = store.oldestUnsentAge().toMillis() / 1000.0;
            store.failed(leased, relay, wait, reason(e));
            log.warn(
                    "Event {} of {} is not sent (attempt {}), again in {} ms: {}",
                    leased.fact().id(),
                    leased.fact().aggregate(),
                    leased.attempt(),
                    wait.toMillis(),
                    reason(e));
            return;
        }
        store.sent(leased, relay);
        sent.increment();
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason = root.getClass().getSimpleName() + ": " + root.getMessage();
        return reason.length() > 500 ? reason.substring(0, 500) : reason;
    }
}
