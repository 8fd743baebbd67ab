// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federation.rounds.RoundEvent.Aggregated;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundEvent.Closed;
import dev.rivulet.federation.rounds.RoundEvent.Counted;
import dev.rivulet.federation.rounds.RoundEvent.Dropped;
import dev.rivulet.federation.rounds.RoundEvent.Failed;
import dev.rivulet.federation.rounds.RoundEvent.Failure;
import dev.rivulet.federation.rounds.RoundEvent.Joined;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundEvent.Origin;
import dev.rivulet.federation.rounds.RoundEvent.Published;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a round stands; a pure fold of its events.
 *
 * <table>
 * <caption>Transitions; all other events are impossible in a state</caption>
 * <tr><th>state</th><th>event</th><th>next</th><th>when</th></tr>
 * <tr><td>Unopened</td><td>Opened</td><td>Collecting</td><td>enough devices wait</td></tr>
 * <tr><td>Collecting</td><td>Counted</td><td>Collecting</td><td>a selected device's first usable update</td></tr>
 * <tr><td>Collecting</td><td>Dropped</td><td>Collecting</td><td>a refused update, a report, an opt-out, a dead device</td></tr>
 * <tr><td>Collecting</td><td>Joined</td><td>Collecting</td><td>devices wait, and updates come at any time</td></tr>
 * <tr><td>Collecting</td><td>Closed</td><td>Aggregating</td><td>goal; quorum and all answered; quorum and cut-off</td></tr>
 * <tr><td>Collecting</td><td>Closed</td><td>Aggregating</td><td>in a secure round: its sum is there</td></tr>
 * <tr><td>Collecting</td><td>Charged</td><td>Collecting</td><td>in a secure round: all vectors with noise have come</td></tr>
 * <tr><td>Collecting</td><td>Failed</td><td>Ended</td><td>deadline without quorum; quorum out of reach</td></tr>
 * <tr><td>Aggregating</td><td>Charged</td><td>Aggregating</td><td>there is noise, within the budget</td></tr>
 * <tr><td>Collecting</td><td>Failed</td><td>Ended</td><td>in a secure round: too few left at a step; the process died</td></tr>
 * <tr><td>Aggregating</td><td>Aggregated</td><td>Publishing</td><td>the version is kept</td></tr>
 * <tr><td>Aggregating</td><td>Failed</td><td>Ended</td><td>no model can be made of the updates; budget spent</td></tr>
 * <tr><td>Publishing</td><td>Published</td><td>Ended</td><td>devices may have the version</td></tr>
 * </table>
 *
 * A process that dies in a state goes on in it: what a state asks for may be done twice, and its event is written once. A secure round
 * that collects is the exception: its keys and shares are in memory alone, so that it fails and the next begins.
 */
public sealed interface RoundState {

    /** Nothing has happened yet. */
    record Unopened() implements RoundState {}

    /**
     * Updates count.
     *
     * @param counted by device
     * @param dropped reasons by device
     * @param joined devices that were given work after the round began
     * @param charged what was paid for the noise of the next version; null before, and where there is none
     */
    record Collecting(
            Opened opened,
            Map<String, Contribution> counted,
            Map<String, String> dropped,
            Set<String> joined,
            @Nullable Charged charged)
            implements RoundState {
        public Collecting {
            counted = Collections.unmodifiableMap(new TreeMap<>(counted));
            dropped = Collections.unmodifiableMap(new TreeMap<>(dropped));
            joined = Set.copyOf(joined);
        }

        /** Nobody has joined, and nothing is paid. */
        public Collecting(Opened opened, Map<String, Contribution> counted, Map<String, String> dropped) {
            this(opened, counted, dropped, Set.of(), null);
        }

        /** Whether the round waits or waited for the device. */
        public boolean asked(String device) {
            return opened.devices().contains(device)
                    || joined.contains(device)
                    || opened.carried().containsKey(device);
        }

        /**
         * Where a device that was asked began.
         *
         * @param round the number of this round
         */
        public Origin origin(String device, long round) {
            return opened.carried().getOrDefault(device, new Origin(round, opened.base()));
        }

        /** Devices that were asked and have not answered. */
        public Set<String> pending() {
            Set<String> pending = new TreeSet<>(opened.devices());
            pending.addAll(joined);
            pending.addAll(opened.carried().keySet());
            pending.removeAll(counted.keySet());
            pending.removeAll(dropped.keySet());
            return pending;
        }

        /** Whether a device was asked and has not answered. */
        public boolean awaits(String device) {
            return asked(device) && !counted.containsKey(device) && !dropped.containsKey(device);
        }

        /** Number of devices that were asked and have not answered. */
        public int awaited() {
            return joined.isEmpty() && opened.carried().isEmpty()
                    ? opened.devices().size() - counted.size() - dropped.size()
                    : pending().size();
        }

        /**
         * The last round whose updates nobody needs when this one is over.
         *
         * @param round the number of this one
         * @param mostStaleness rounds that an update may be late, where updates may be
         * @return 0 or less if there is none
         */
        public long neededNoMore(long round, long mostStaleness) {
            return opened.asynchronous() ? round - mostStaleness - 1 : round;
        }

        private Collecting with(String device, Contribution contribution) {
            Map<String, Contribution> more = new TreeMap<>(counted);
            more.put(device, contribution);
            return new Collecting(opened, more, dropped, joined, charged);
        }

        private Collecting without(String device, String reason) {
            Map<String, String> more = new TreeMap<>(dropped);
            more.put(device, reason);
            return new Collecting(opened, counted, more, joined, charged);
        }

        private Collecting joinedBy(Set<String> devices) {
            Set<String> more = new TreeSet<>(joined);
            more.addAll(devices);
            return new Collecting(opened, counted, dropped, more, charged);
        }

        private Collecting paid(Charged charge) {
            return new Collecting(opened, counted, dropped, joined, charge);
        }
    }

    /** A model is to be made of what was collected. */
    record Aggregating(Collecting collected, Closed closed) implements RoundState {}

    /** The version is to be given to devices. */
    record Publishing(Collecting collected, Aggregated aggregated) implements RoundState {}

    /**
     * It is over.
     *
     * @param aggregated null if there is no new version
     * @param failure null if there is
     */
    record Ended(
            Collecting collected,
            @Nullable Aggregated aggregated,
            @Nullable Failure failure) implements RoundState {}

    /** What was collected until now; empty before the round began. */
    default Optional<Collecting> soFar() {
        return switch (this) {
            case Unopened() -> Optional.empty();
            case Collecting at -> Optional.of(at);
            case Aggregating at -> Optional.of(at.collected());
            case Publishing at -> Optional.of(at.collected());
            case Ended at -> Optional.of(at.collected());
        };
    }

    /** The state after the first events. */
    static RoundState of(List<RoundEvent> events) {
        return new Unopened().after(events);
    }

    /** The state after some more events. */
    default RoundState after(List<RoundEvent> events) {
        RoundState state = this;
        for (RoundEvent event : events) {
            state = state.after(event);
        }
        return state;
    }

    /**
     * The state after one more event.
     *
     * @throws IllegalStateException if it can't happen in this state
     */
    default RoundState after(RoundEvent event) {
        return switch (this) {
            case Unopened _ when event instanceof Opened opened -> new Collecting(opened, Map.of(), Map.of());
            case Collecting collecting -> ofCollecting(collecting, event);
            case Aggregating at
            when event instanceof Charged charged && at.collected().charged() == null ->
                new Aggregating(at.collected().paid(charged), at.closed());
            case Aggregating at when event instanceof Aggregated made -> new Publishing(at.collected(), made);
            case Aggregating at when event instanceof Failed failed -> new Ended(at.collected(), null, failed.why());
            case Publishing at when event instanceof Published -> new Ended(at.collected(), at.aggregated(), null);
            default -> throw impossible(this, event);
        };
    }

    private static RoundState ofCollecting(Collecting state, RoundEvent event) {
        return switch (event) {
            case Counted one when state.awaits(one.device()) -> state.with(one.device(), one.contribution());
            case Dropped one when state.awaits(one.device()) -> state.without(one.device(), one.reason());
            case Joined more
            when state.opened().asynchronous() && more.devices().stream().noneMatch(state::asked) ->
                state.joinedBy(more.devices());
            case Charged charged when state.opened().secure() != null && state.charged() == null -> state.paid(charged);
            case Closed closed -> new Aggregating(state, closed);
            case Failed failed -> new Ended(state, null, failed.why());
            default -> throw impossible(state, event);
        };
    }

    private static IllegalStateException impossible(RoundState state, RoundEvent event) {
        return new IllegalStateException(event.getClass().getSimpleName() + " can't happen while a round is "
                + state.getClass().getSimpleName());
    }
}
