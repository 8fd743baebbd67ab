// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federation.rounds.FederationRun.Candidates;
import dev.rivulet.federation.rounds.RoundInput.Made;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A store and a maker of models that survive, in a process that may die before and after each thing that it asks of them. */
final class CrashingWorld implements RoundStore, ModelMaker, Candidates {

    /** The process is dead. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;

        Crash() {
            super("the process died", null, false, false);
        }
    }

    private final RandomGenerator random;
    private final double crashes;
    private final Map<Long, List<RoundEvent>> log = new TreeMap<>();
    private final Map<Long, Set<String>> stored = new HashMap<>();
    private final List<Long> published = new ArrayList<>();
    private final Set<String> waiting = new HashSet<>();
    private Past past = Past.NONE;
    private int crashed;

    CrashingWorld(RandomGenerator random, double crashes) {
        this.random = random;
        this.crashes = crashes;
    }

    private void mayCrash() {
        if (random.nextDouble() < crashes) {
            crashed++;
            throw new Crash();
        }
    }

    int crashed() {
        return crashed;
    }

    Map<Long, List<RoundEvent>> log() {
        return log;
    }

    /** Versions in the order in which they were first published. */
    List<Long> published() {
        return published.stream().distinct().toList();
    }

    /** Devices whose updates are in a version. */
    Set<String> contributors(long version) {
        return stored.getOrDefault(version, Set.of());
    }

    Set<String> queue() {
        return waiting;
    }

    @Override
    public List<RoundEvent> read(String federation, long round) {
        return List.copyOf(log.getOrDefault(round, List.of()));
    }

    @Override
    public List<RoundEvent.Charged> charges(String federation) {
        return log.values().stream()
                .flatMap(List::stream)
                .filter(RoundEvent.Charged.class::isInstance)
                .map(RoundEvent.Charged.class::cast)
                .toList();
    }

    @Override
    public long latest(String federation) {
        return log.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    @Override
    public Optional<Past> past(String federation) {
        return past.equals(Past.NONE) ? Optional.empty() : Optional.of(past);
    }

    @Override
    public boolean append(String federation, long round, int known, List<RoundEvent> events, @Nullable Past with) {
        mayCrash();
        List<RoundEvent> there = log.computeIfAbsent(round, _ -> new ArrayList<>());
        if (there.size() != known) {
            return false;
        }
        there.addAll(events);
        past = with == null ? past : with;
        mayCrash();
        return true;
    }

    @Override
    public RoundInput make(Federation federation, long round, Collecting collected) {
        mayCrash();
        long version = collected.opened().base() + 1;
        stored.put(version, collected.counted().keySet());
        mayCrash();
        return new Made(version, "ff", 1.0);
    }

    @Override
    public Optional<RoundInput> goOn(Federation federation, long round, Collecting at) {
        return Optional.empty();
    }

    @Override
    public RoundInput makeOfSum(Federation federation, long round, Collecting collected, RoundEvent.Sum sum) {
        return make(federation, round, collected);
    }

    @Override
    public OptionalInt owed(Federation federation, long round) {
        return OptionalInt.empty();
    }

    @Override
    public void paid(Federation federation, long round) {
        mayCrash();
    }

    @Override
    public int size(Federation federation) {
        return 20;
    }

    @Override
    public void publish(Federation federation, long version) {
        mayCrash();
        published.add(version);
        mayCrash();
    }

    @Override
    public void forget(Federation federation, long round) {
        mayCrash();
    }

    @Override
    public List<String> waiting() {
        return List.copyOf(waiting);
    }

    @Override
    public void selected(Set<String> devices, long round, long base, Instant due) {
        mayCrash();
        waiting.removeAll(devices);
    }
}
