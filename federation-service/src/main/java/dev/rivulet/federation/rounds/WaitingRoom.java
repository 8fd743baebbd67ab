// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Devices of one federation that wait for work, each once. Safe for threads; completes nobody while it holds its lock. */
final class WaitingRoom {

    private final int most;
    private final Map<UUID, CompletableFuture<Optional<Assignment>>> waiting = new LinkedHashMap<>();

    WaitingRoom(int most) {
        this.most = most;
    }

    /**
     * Lets a device wait; its wait before this one ends with nothing.
     *
     * @return empty if the room is full
     */
    Optional<CompletableFuture<Optional<Assignment>>> enter(UUID device) {
        CompletableFuture<Optional<Assignment>> future = new CompletableFuture<>();
        CompletableFuture<Optional<Assignment>> before;
        synchronized (waiting) {
            if (waiting.size() >= most && !waiting.containsKey(device)) {
                return Optional.empty();
            }
            before = waiting.put(device, future);
        }
        if (before != null) {
            before.complete(Optional.empty());
        }
        var _ = future.whenComplete((_, _) -> leave(device, future));
        return Optional.of(future);
    }

    private void leave(UUID device, CompletableFuture<Optional<Assignment>> future) {
        synchronized (waiting) {
            waiting.remove(device, future);
        }
    }

    /** Who waits, the longest first. */
    List<UUID> devices() {
        synchronized (waiting) {
            return new ArrayList<>(waiting.keySet());
        }
    }

    /** Gives devices their work. */
    void give(Collection<UUID> devices, Assignment assignment) {
        List<CompletableFuture<Optional<Assignment>>> found = new ArrayList<>();
        synchronized (waiting) {
            for (UUID device : devices) {
                CompletableFuture<Optional<Assignment>> future = waiting.remove(device);
                if (future != null) {
                    found.add(future);
                }
            }
        }
        found.forEach(future -> future.complete(Optional.of(assignment)));
    }

    /** Ends all waits with nothing. */
    void empty() {
        List<CompletableFuture<Optional<Assignment>>> all;
        synchronized (waiting) {
            all = new ArrayList<>(waiting.values());
        }
        all.forEach(future -> future.complete(Optional.empty()));
    }
}
