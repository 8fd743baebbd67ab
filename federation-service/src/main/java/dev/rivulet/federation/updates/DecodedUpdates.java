// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.updates;

import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.participants.MemoryBudget;
import dev.rivulet.federation.updates.UpdateFiles.Place;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/**
 * Updates that were judged, for the sum of their round, so that no byte of them is read and judged twice. One that finds no room is
 * read from its file. Safe for threads.
 */
@Component
class DecodedUpdates {

    private final MemoryBudget memory;
    private final Map<Place, Kept> kept = new ConcurrentHashMap<>();

    private record Kept(String sha256, Update update, long bytes) {}

    DecodedUpdates(UpdatesSettings settings) {
        this.memory = settings.decodedBudget();
    }

    /** Keeps an update if there is room. */
    void keep(Place place, String sha256, Update update) {
        long bytes = (long) Float.BYTES * update.values().size();
        if (memory.take(bytes)) {
            Kept before = kept.put(place, new Kept(sha256, update, bytes));
            if (before != null) {
                memory.give(before.bytes());
            }
        }
    }

    /** The update of a digest, if it is kept. */
    Optional<Update> find(Place place, String sha256) {
        return Optional.ofNullable(kept.get(place))
                .filter(one -> one.sha256().equals(sha256))
                .map(Kept::update);
    }

    /** A round is over, or one update did not count. */
    void forget(Place place) {
        Kept before = kept.remove(place);
        if (before != null) {
            memory.give(before.bytes());
        }
    }

    void forget(String federation, long round) {
        kept.keySet().stream()
                .filter(place -> place.round() == round && place.federation().equals(federation))
                .forEach(this::forget);
    }
}
