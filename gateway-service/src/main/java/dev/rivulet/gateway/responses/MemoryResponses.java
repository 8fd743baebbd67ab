// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Responses in the memory of this gateway. Where there is no more room, the oldest of the key that holds most goes first: no key
 * takes what another has kept within its share. Thread-safe.
 */
final class MemoryResponses implements ResponseStore {

    private final long most;
    private final long mostOfKey;
    private final Duration keep;
    private final Clock clock;
    private final Map<String, Shelf> shelves = new HashMap<>();
    private long bytes;

    MemoryResponses(ResponsesProperties limits, Clock clock) {
        this.most = limits.maxMemory().toBytes();
        this.mostOfKey = limits.maxMemoryPerKey().toBytes();
        this.keep = limits.keep();
        this.clock = clock;
    }

    /** What one key has, the oldest first. */
    private static final class Shelf {
        private final LinkedHashMap<String, Kept> kept = new LinkedHashMap<>();
        private long bytes;
    }

    private record Kept(StoredResponse response, Instant until) {}

    @Override
    public synchronized void keep(StoredResponse response) {
        Instant until = response.keptAt().plus(keep);
        if (response.size() > mostOfKey || !clock.instant().isBefore(until)) {
            return;
        }
        sweep();
        forget(response.tenant(), response.id());
        Shelf shelf = shelves.computeIfAbsent(response.tenant(), fresh -> new Shelf());
        shelf.kept.put(response.id(), new Kept(response, until));
        shelf.bytes += response.size();
        bytes += response.size();
        while (shelf.bytes > mostOfKey) {
            dropOldest(response.tenant(), shelf);
        }
        while (bytes > most) {
            Map.Entry<String, Shelf> largest = Collections.max(
                    shelves.entrySet(),
                    Map.Entry.comparingByValue((one, other) -> Long.compare(one.bytes, other.bytes)));
            dropOldest(largest.getKey(), largest.getValue());
        }
    }

    @Override
    public synchronized Optional<StoredResponse> find(String tenant, String id) {
        @Nullable Shelf shelf = shelves.get(tenant);
        return Optional.ofNullable(shelf)
                .map(one -> one.kept.get(id))
                .filter(kept -> clock.instant().isBefore(kept.until()))
                .map(Kept::response);
    }

    @Override
    public synchronized boolean forget(String tenant, String id) {
        @Nullable Shelf shelf = shelves.get(tenant);
        boolean there = find(tenant, id).isPresent();
        if (shelf != null) {
            drop(tenant, shelf, id);
        }
        return there;
    }

    /** Forgets what is kept no longer. */
    private void sweep() {
        Instant now = clock.instant();
        Map.copyOf(shelves).forEach((tenant, shelf) -> {
            while (!shelf.kept.isEmpty()
                    && !now.isBefore(shelf.kept.firstEntry().getValue().until())) {
                dropOldest(tenant, shelf);
            }
        });
    }

    /** What all that is kept takes. */
    synchronized long bytes() {
        return bytes;
    }

    private void dropOldest(String tenant, Shelf shelf) {
        drop(tenant, shelf, shelf.kept.firstEntry().getKey());
    }

    private void drop(String tenant, Shelf shelf, String id) {
        @Nullable Kept gone = shelf.kept.remove(id);
        if (gone != null) {
            shelf.bytes -= gone.response().size();
            bytes -= gone.response().size();
        }
        if (shelf.kept.isEmpty()) {
            shelves.remove(tenant);
        }
    }
}
