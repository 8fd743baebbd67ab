// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundEvent.Origin;
import dev.rivulet.federation.rounds.RoundEvent.Terms;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Whom the next round asks.
 *
 * @param settings that it will begin with
 * @param version that it will begin from
 * @param round its number
 * @param parts what devices made of their work so far
 */
record Opening(FederationSettings settings, long version, long round, Map<String, PartTaken> parts) {

    /** Probabilities of sampling are whole multiples of one over this, so that the accountant meets few different ones. */
    private static final int GRID = 1000;

    RoundPolicy policy() {
        return settings.policy();
    }

    private boolean asynchronous() {
        return settings.aggregation().asynchronous();
    }

    /** Devices of earlier rounds whose updates would still count. */
    Map<String, Origin> carried(Map<String, Origin> left) {
        Map<String, Origin> carried = new TreeMap<>(left);
        long most = settings.aggregation().mostStaleness();
        carried.values().removeIf(origin -> !asynchronous() || round - origin.round() > most);
        return carried;
    }

    /** Who may be asked of those that wait: nobody twice, nobody that rests, and nobody whose own privacy budget is spent. */
    List<String> candidates(List<String> waiting, Map<String, Origin> carried, PrivacyBook book, Instant now) {
        return waiting.stream()
                .filter(device -> !carried.containsKey(device))
                .filter(device ->
                        settings.selecting().allows(parts.getOrDefault(device, PartTaken.NONE), round - 1, now))
                .filter(device -> book.affords(settings, device))
                .toList();
    }

    /** Who may join a round that takes updates at any time: the idle, up to as many as may train at a time. */
    Set<String> joining(Collecting at, List<String> waiting, PrivacyBook book, Instant now) {
        return candidates(waiting, at.opened().carried(), book, now).stream()
                .filter(device -> !at.asked(device))
                .limit(Math.max(0, at.opened().policy().selected() - at.awaited()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a round may begin with so many. */
    boolean possible(List<String> candidates, Map<String, Origin> carried) {
        return asynchronous()
                ? !candidates.isEmpty() || !carried.isEmpty()
                : candidates.size()
                        >= Math.max(policy().quorum(), settings.secure().leastSelected());
    }

    /** Whether there is no need to wait for more. */
    boolean enough(List<String> candidates, Map<String, Origin> carried) {
        return asynchronous() || candidates.size() >= wanted();
    }

    private int wanted() {
        return settings.privacy() == null ? policy().selected() : policy().goal();
    }

    /**
     * The probability with which each candidate will be selected. Where noise hides devices, each is drawn on its own, and so many are
     * wanted as the goal says: the others would tell of a device by being left out.
     */
    double sampling(List<String> candidates) {
        if (asynchronous() || candidates.isEmpty()) {
            return 1;
        }
        double share = (double) wanted() / candidates.size();
        return Math.min(1, Math.ceil(share * GRID) / GRID);
    }

    /** The beginning of the round; empty if the draw has not met the quorum and is to be made again. */
    Optional<Opened> opened(
            List<String> candidates,
            Map<String, Origin> carried,
            Instant now,
            Function<String, Capabilities> said,
            RandomGenerator random) {
        double sampling = sampling(candidates);
        boolean hidden = settings.privacy() != null && !asynchronous();
        Set<String> devices = hidden
                ? drawn(candidates, sampling, random)
                : Set.copyOf(settings.selecting()
                        .ordered(candidates, said, parts, random)
                        .subList(0, Math.min(room(carried), candidates.size())));
        if (!asynchronous() && !possible(List.copyOf(devices), carried)) {
            return Optional.empty();
        }
        RoundPolicy own = hidden ? policy().closedBy(devices.size()) : policy();
        SecurePolicy secure = settings.secure().policy(policy());
        return Optional.of(new Opened(now, version, devices, own, secure, new Terms(settings, sampling, carried)));
    }

    private int room(Map<String, Origin> carried) {
        return Math.max(0, policy().selected() - carried.size());
    }

    private static Set<String> drawn(List<String> candidates, double sampling, RandomGenerator random) {
        List<String> drawn = new ArrayList<>(candidates);
        drawn.removeIf(_ -> random.nextDouble() >= sampling);
        return Set.copyOf(drawn);
    }
}
