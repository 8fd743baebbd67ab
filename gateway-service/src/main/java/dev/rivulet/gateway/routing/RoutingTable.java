// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing;

import dev.rivulet.gateway.routing.Replica.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The replicas that are believed to live. Immutable: every change gives a new table. Times are nanoseconds of a monotonic
 * clock.
 *
 * <p>A replica enters by its report. One that is silent for {@link #SILENCE}, or whose connection failed, is to be asked
 * ({@link #due}); it stays if it answers and leaves if it doesn't, or if it is late with its answer for {@link #PATIENCE}. A
 * suspect gets no work until it has answered. Models stay known for {@link #MEMORY} after their last replica has left, so that their callers are told to come again rather than that
 * there is no such model.
 */
final class RoutingTable {

    static final Duration SILENCE = Duration.ofSeconds(3);
    static final Duration PATIENCE = Duration.ofMinutes(1);
    static final Duration PROBE_EVERY = Duration.ofSeconds(1);
    static final Duration MEMORY = Duration.ofHours(1);
    private static final int MOST_REPLICAS = 1_000;
    private static final int MOST_KNOWN = 10_000;

    private record Entry(Replica replica, long heardAt, long askedAt, boolean suspect) {

        boolean isDue(long now) {
            Upstream upstream = replica.upstream();
            Duration silence = upstream == null ? SILENCE : upstream.probeEvery();
            Duration again =
                    upstream == null ? PROBE_EVERY : upstream.probeEvery().dividedBy(3);
            boolean doubtful = suspect || now - heardAt >= silence.toNanos();
            return doubtful && now - askedAt >= again.toNanos();
        }
    }

    private final Map<String, Entry> entries;
    private final Map<String, Long> known;

    private RoutingTable(Map<String, Entry> entries, Map<String, Long> known) {
        this.entries = Map.copyOf(entries);
        this.known = Map.copyOf(known);
    }

    static RoutingTable empty() {
        return new RoutingTable(Map.of(), Map.of());
    }

    /** A replica has reported. An older report than the last one changes nothing; a suspect stays one until asked. */
    RoutingTable reported(Replica replica, long now) {
        Entry before = entries.get(replica.id());
        if (before == null) {
            return entries.size() >= MOST_REPLICAS ? this : with(replica, now, longAgo(now), false);
        }
        boolean restarted = replica.startedAt().isAfter(before.replica.startedAt());
        return replica.supersedes(before.replica)
                ? with(replica, now, before.askedAt, before.suspect && !restarted)
                : this;
    }

    /**
     * A replica that is in the table has answered when it was asked. Of another process than the one that is known its word
     * counts whatever its time of start: it is who lives there now, and somebody may have set its clock back.
     */
    RoutingTable answered(Replica replica, long now) {
        Entry before = entries.get(replica.id());
        if (before == null) {
            return this;
        }
        boolean sameProcess = before.replica.startedAt().equals(replica.startedAt());
        boolean older = sameProcess && before.replica.supersedes(replica);
        return with(older ? before.replica : replica, now, before.askedAt, false);
    }

    /** A replica has left, by its own word or because it doesn't answer. */
    RoutingTable left(String id) {
        Map<String, Entry> remaining = new HashMap<>(entries);
        remaining.remove(id);
        return new RoutingTable(remaining, known);
    }

    /** A connection to a replica has failed. */
    RoutingTable suspected(String id) {
        Entry before = entries.get(id);
        if (before == null || before.suspect) {
            return this;
        }
        return replaced(new Entry(before.replica, before.heardAt, longAgo(before.askedAt), true));
    }

    /** Whether a replica gets no work until it has answered. */
    boolean isSuspect(String id) {
        Entry entry = entries.get(id);
        return entry != null && entry.suspect;
    }

    /** Whether nothing was heard of a replica for so long that it is not asked any more. */
    boolean isLost(String id, long now) {
        Entry entry = entries.get(id);
        return entry == null || now - entry.heardAt >= PATIENCE.toNanos();
    }

    /** The replicas to ask now. */
    List<Replica> due(long now) {
        return entries.values().stream()
                .filter(entry -> entry.isDue(now))
                .map(Entry::replica)
                .toList();
    }

    /** The replica is being asked. */
    RoutingTable asked(String id, long now) {
        Entry before = entries.get(id);
        return before == null ? this : replaced(new Entry(before.replica, before.heardAt, now, before.suspect));
    }

    /** Forgets models that nobody has served for a long time. */
    RoutingTable forgetting(long now) {
        Map<String, Long> remembered = new HashMap<>(known);
        remembered.values().removeIf(seen -> now - seen > MEMORY.toNanos());
        return remembered.size() == known.size() ? this : new RoutingTable(entries, remembered);
    }

    /**
     * The replicas that take work for a model now, without those that were tried.
     *
     * @param version which they must have ready; null for any
     */
    List<Choice.Chosen> ready(String model, @Nullable String version, Set<String> without) {
        List<Choice.Chosen> ready = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (!entry.suspect && !without.contains(entry.replica.id())) {
                entry.replica
                        .ready(model, version)
                        .ifPresent(served -> ready.add(new Choice.Chosen(entry.replica, served)));
            }
        }
        return ready;
    }

    /** Whether somebody on this site has a model, or tries to, whatever its state. */
    boolean isOnSite(String model) {
        return entries.values().stream()
                .filter(entry -> !entry.replica.leavesSite())
                .anyMatch(entry -> entry.replica.models().stream()
                        .anyMatch(served -> served.model().equals(model)));
    }

    /** The version of a model, if all replicas that have it ready have the same one. */
    Optional<String> version(String model) {
        Set<String> versions = new HashSet<>();
        for (Entry entry : entries.values()) {
            entry.replica.models().stream()
                    .filter(served -> served.model().equals(model) && served.state() == State.READY)
                    .forEach(served -> versions.add(served.version()));
        }
        return versions.size() == 1 ? Optional.of(versions.iterator().next()) : Optional.empty();
    }

    /** The ready models, each as the replica that started first serves it. */
    Map<String, Choice.Chosen> ready() {
        Map<String, Choice.Chosen> models = new HashMap<>();
        for (Entry entry : entries.values()) {
            for (Replica.Served served : entry.replica.models()) {
                if (!entry.suspect
                        && entry.replica
                                .ready(served.model())
                                .filter(served::equals)
                                .isPresent()) {
                    models.merge(served.model(), new Choice.Chosen(entry.replica, served), RoutingTable::earlier);
                }
            }
        }
        return models;
    }

    /** All replicas, suspects too. */
    Collection<Replica> replicas() {
        return entries.values().stream().map(Entry::replica).toList();
    }

    /** Why there is nobody who answers for a model. */
    Choice absence(String model) {
        boolean loading = entries.values().stream()
                .anyMatch(entry ->
                        !entry.suspect && entry.replica.in(model, State.LOADING).isPresent());
        if (loading) {
            return new Choice.Loading();
        }
        return known.containsKey(model) || entries.isEmpty() ? new Choice.NoReplica() : new Choice.Unknown();
    }

    private static Choice.Chosen earlier(Choice.Chosen one, Choice.Chosen other) {
        return one.replica().startedAt().isAfter(other.replica().startedAt()) ? other : one;
    }

    private RoutingTable with(Replica replica, long now, long askedAt, boolean suspect) {
        Map<String, Long> remembered = new HashMap<>(known);
        for (Replica.Served served : replica.models()) {
            if (remembered.size() < MOST_KNOWN || remembered.containsKey(served.model())) {
                remembered.put(served.model(), now);
            }
        }
        Map<String, Entry> next = new HashMap<>(entries);
        next.put(replica.id(), new Entry(replica, now, askedAt, suspect));
        return new RoutingTable(next, remembered);
    }

    private RoutingTable replaced(Entry entry) {
        Map<String, Entry> next = new HashMap<>(entries);
        next.put(entry.replica.id(), entry);
        return new RoutingTable(next, known);
    }

    private static long longAgo(long time) {
        return time - MEMORY.toNanos();
    }
}
