// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.instances;

import dev.rivulet.federation.rounds.Leadership;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The leads of this instance: one for each federation in a partition that it was given, under an epoch that it takes when it is first
 * asked. Safe for threads.
 */
public final class Leads implements Leadership {

    private final LeaderStore store;
    private final String address;
    private final int partitions;
    private final Clock clock;
    private final Consumer<Lead> told;
    private final Set<Integer> given = ConcurrentHashMap.newKeySet();
    private final Map<String, Leader> leads = new ConcurrentHashMap<>();

    /** A lead that this instance has taken. */
    public record Lead(String federation, Leader leader) {}

    /**
     * @param address of this instance
     * @param partitions of the topic by which leads are shared out
     * @param told of each lead that is taken
     */
    public Leads(LeaderStore store, String address, int partitions, Clock clock, Consumer<Lead> told) {
        this.store = store;
        this.address = address;
        this.partitions = partitions;
        this.clock = clock;
        this.told = told;
    }

    /** The partition of a federation. */
    int partition(String federation) {
        return Math.floorMod(Arrays.hashCode(federation.getBytes(StandardCharsets.UTF_8)), partitions);
    }

    /** This instance was given partitions. */
    public void give(Set<Integer> more) {
        given.addAll(more);
    }

    /** They are another's now, or will be. */
    public void take(Set<Integer> lost) {
        given.removeAll(lost);
        leads.keySet().removeIf(federation -> lost.contains(partition(federation)));
    }

    @Override
    public OptionalLong epoch(String federation) {
        if (!given.contains(partition(federation))) {
            return OptionalLong.empty();
        }
        Leader known = leads.get(federation);
        Leader leader = known == null ? claim(federation) : known;
        return leader == null ? OptionalLong.empty() : OptionalLong.of(leader.epoch());
    }

    private synchronized @Nullable Leader claim(String federation) {
        Leader known = leads.get(federation);
        if (known != null) {
            return known;
        }
        Optional<Leader> claimed = store.claim(federation, address, clock.instant());
        claimed.ifPresent(leader -> {
            leads.put(federation, leader);
            told.accept(new Lead(federation, leader));
        });
        return claimed.orElse(null);
    }

    /** The lead of a federation, if it is this instance's. */
    public Optional<Leader> here(String federation) {
        return given.contains(partition(federation)) ? Optional.ofNullable(leads.get(federation)) : Optional.empty();
    }

    /** Who leads a federation if it is another; empty while nobody is known to. */
    public Optional<Leader> elsewhere(String federation) {
        return store.leader(federation).filter(leader -> !leader.address().equals(address));
    }
}
