// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.replicas;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The last report of every replica. A report older than the one at hand is dropped; a long silent replica is forgotten. */
public final class ReplicaBoard {

    private record Entry(Replica replica, long sequence) {}

    private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final ReplicaSettings settings;
    private final Clock clock;

    ReplicaBoard(ReplicaSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Takes a report.
     *
     * @param sequence grows by one with every report of one start of a replica
     */
    void report(Replica replica, long sequence) {
        forgetTheSilent();
        if (entries.size() >= settings.limit() && !entries.containsKey(replica.id())) {
            return;
        }
        entries.merge(replica.id(), new Entry(replica, sequence), ReplicaBoard::newer);
    }

    /** Takes a replica off at once: it said that it is gone. */
    void remove(String id) {
        entries.remove(id);
    }

    /** Every known replica by name. */
    public List<Replica> replicas() {
        forgetTheSilent();
        Instant staleBefore = clock.instant().minus(settings.staleAfter());
        return entries.values().stream()
                .map(entry -> aged(entry.replica(), staleBefore))
                .sorted(Comparator.comparing(Replica::id))
                .toList();
    }

    private static Entry newer(Entry known, Entry report) {
        int start = report.replica().startedAt().compareTo(known.replica().startedAt());
        return start > 0 || (start == 0 && report.sequence() > known.sequence()) ? report : known;
    }

    private void forgetTheSilent() {
        Instant before = clock.instant().minus(settings.forgottenAfter());
        entries.values().removeIf(entry -> entry.replica().seenAt().isBefore(before));
    }

    private static Replica aged(Replica replica, Instant staleBefore) {
        return new Replica(
                replica.id(),
                replica.url(),
                replica.startedAt(),
                replica.seenAt(),
                replica.seenAt().isBefore(staleBefore),
                replica.draining(),
                replica.device(),
                replica.memoryBytes(),
                replica.models());
    }
}
