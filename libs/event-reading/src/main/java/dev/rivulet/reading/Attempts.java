// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import com.google.protobuf.Message;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.reading.EventReader.Effect;
import java.util.ArrayList;
import java.util.List;

/** One attempt at the effect of a record, in one transaction with the inbox and what is parked. */
final class Attempts<T extends Message> {

    /** What came of a record that is no poison. */
    enum Outcome {
        /** Its effect is there. */
        APPLIED,
        /** It had been there before. */
        REPEATED,
        /** People gave it up. */
        DISCARDED,
        /** It has to wait for an earlier one of its key. */
        BLOCKED
    }

    private final EventType<T> type;
    private final ReaderSettings settings;
    private final ReaderStore store;
    private final Effect<T> effect;

    Attempts(EventType<T> type, ReaderSettings settings, ReaderStore store, Effect<T> effect) {
        this.type = type;
        this.settings = settings;
        this.store = store;
        this.effect = effect;
    }

    /** Takes fresh records together while nothing is parked; false if that did not do, and nothing was taken. */
    boolean all(List<Delivery> batch, ReaderMeters meters) {
        if (batch.stream().anyMatch(Delivery::back)) {
            return false;
        }
        try {
            List<Outcome> outcomes = store.transaction(() -> {
                List<Outcome> each = new ArrayList<>();
                if (store.parked().none(settings.group())) {
                    batch.forEach(delivery -> each.add(apply(delivery)));
                }
                return each;
            });
            outcomes.forEach(meters::count);
            return !outcomes.isEmpty();
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /**
     * Takes one record.
     *
     * @throws PoisonException if it can never be taken as it is
     * @throws StoreUnavailableException if the database is away
     */
    Outcome one(Delivery delivery) {
        return store.transaction(() -> attempt(delivery));
    }

    private Outcome attempt(Delivery delivery) {
        String reader = settings.group();
        Parked parked = store.parked();
        if (delivery.back() && !parked.holds(reader, delivery.letter())) {
            return Outcome.REPEATED;
        }
        if (delivery.isDiscarded()) {
            parked.release(reader, delivery.letter());
            return Outcome.DISCARDED;
        }
        byte[] key = delivery.record().key();
        if (key != null && parked.blocked(reader, delivery.origin(), key)) {
            return Outcome.BLOCKED;
        }
        Outcome outcome = apply(delivery);
        // A fresh one is parked too where its reader was killed before it committed the offset.
        parked.release(reader, delivery.letter());
        return outcome;
    }

    private Outcome apply(Delivery delivery) {
        Event<T> event = Decoding.event(type, delivery.record(), settings.largest());
        if (!store.inbox().first(settings.group(), event)) {
            return Outcome.REPEATED;
        }
        effect.apply(event);
        return Outcome.APPLIED;
    }
}
