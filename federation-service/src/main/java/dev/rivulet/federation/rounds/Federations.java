// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.devices.DeviceKeys;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.aggregation.Anomaly;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.evaluation.Answer;
import dev.rivulet.federation.evaluation.Asking;
import dev.rivulet.federation.evaluation.EvaluationStore;
import dev.rivulet.federation.evaluation.Measure;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.Participants.OptedOut;
import dev.rivulet.federation.participants.Presence;
import dev.rivulet.federation.publication.ModelVersion;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.publication.ServerStates;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.RoundInput.NoUpdate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** All federations of this service, each with its thread and its waiting room. Safe for threads. */
@Component
public class Federations implements SmartLifecycle {

    private static final int MOST_CHANGES = 100;
    private static final int NEWEST_SCORES = 5;
    private static final int MOST_MEASURES = 100;

    private final FederationStore store;
    private final RoundStore rounds;
    private final ModelMaker maker;
    private final Models models;
    private final ServerStates states;
    private final ScoreStore scores;
    private final EvaluationStore evaluations;
    private final Presence presence;
    private final RoundsSettings settings;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final RandomGenerator random;
    private final Leadership leadership;
    private final ObjectProvider<Following> following;
    private final Map<String, Conductor> conductors = new ConcurrentHashMap<>();
    private volatile boolean started;

    Federations(
            FederationStore store,
            RoundStore rounds,
            ModelMaker maker,
            Models models,
            ServerStates states,
            ScoreStore scores,
            EvaluationStore evaluations,
            Presence presence,
            RoundsSettings settings,
            TransactionTemplate transactions,
            Clock clock,
            RandomGenerator random,
            ObjectProvider<Leadership> leadership,
            ObjectProvider<Following> following) {
        this.store = store;
        this.rounds = rounds;
        this.maker = maker;
        this.models = models;
        this.states = states;
        this.scores = scores;
        this.evaluations = evaluations;
        this.presence = presence;
        this.settings = settings;
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
        this.leadership = leadership.getIfAvailable(() -> Leadership.OF_ALL);
        this.following = following;
    }

    /** What became of a new federation. */
    public enum Created {
        DONE,
        EXISTS,
        TOO_MANY,
        TOO_LARGE
    }

    /** Makes a federation that begins with a model. */
    public synchronized Created create(Federation federation, Parameters model) {
        if (conductors.size() >= settings.mostFederations()) {
            return Created.TOO_MANY;
        }
        if (model.size() > settings.mostValues()) {
            return Created.TOO_LARGE;
        }
        boolean added = Boolean.TRUE.equals(transactions.execute(_ -> {
            if (!store.add(federation)) {
                return false;
            }
            models.begin(federation.name(), model);
            return true;
        }));
        if (!added) {
            return Created.EXISTS;
        }
        conductIfLed(federation);
        return Created.DONE;
    }

    /** Begins to conduct a federation whose lead this instance has got, and ends with one whose lead it has lost. */
    private void conductIfLed(Federation federation) {
        OptionalLong epoch = leadership.epoch(federation.name());
        Conductor conductor = conductors.get(federation.name());
        if (conductor != null && (epoch.isEmpty() || conductor.epoch() != epoch.getAsLong())) {
            conductors.remove(federation.name());
            conductor.stop();
            conductor = null;
        }
        if (conductor == null && epoch.isPresent()) {
            conduct(federation, epoch.getAsLong());
        }
    }

    private void conduct(Federation federation, long epoch) {
        Conductor conductor = new Conductor(
                federation,
                epoch,
                this::assignment,
                candidates -> around(candidates, epoch),
                this::farther,
                evaluations,
                settings);
        if (following.stream().anyMatch(each -> each.follows(federation.name()))) {
            conductor.follow();
        }
        conductors.put(federation.name(), conductor);
        conductor.start();
    }

    /** Devices whose updates lie farther from those of others than that, on average. */
    private Set<String> farther(String name, double most) {
        return scores.latest(name, NEWEST_SCORES).entrySet().stream()
                .filter(each -> Anomaly.meanDistance(each.getValue()) > most)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    @EventListener(Leadership.Changed.class)
    synchronized void conductLed() {
        if (started) {
            store.all().forEach(this::conductIfLed);
        }
    }

    private FederationRun.Surroundings around(FederationRun.Candidates candidates, long epoch) {
        Instant from = clock.instant();
        return new FederationRun.Surroundings(
                rounds.under(epoch),
                maker,
                candidates,
                device -> presence.dead(UUID.fromString(device), from),
                clock,
                random,
                settings.snapshotEvery());
    }

    private Assignment assignment(Federation federation, long round, long base, Instant due) {
        Layout layout = models.layout(federation.name()).orElseThrow();
        ModelVersion version = models.published(federation.name(), base).orElseThrow();
        String control = federation.settings().aggregation().controlled()
                ? DeviceKeys.sha256(states.control(federation.name(), base, layout))
                : null;
        return new Assignment(round, version, layout, due, federation.settings(), control);
    }

    /** Lets rounds begin or not; false if there is no such federation. */
    public boolean running(String name, boolean running) {
        Conductor conductor = conductors.get(name);
        if (conductor == null) {
            return false;
        }
        store.running(name, running);
        conductor.running(running);
        return true;
    }

    /** Changes settings from the next round on; false if there is no such federation. */
    public boolean settings(String name, FederationSettings settings) {
        Conductor conductor = conductors.get(name);
        if (conductor == null) {
            return false;
        }
        store.settings(name, settings);
        conductor.settings(settings);
        return true;
    }

    /** Settings that a federation was changed to, the first change first. */
    public List<FederationStore.Change> changes(String name) {
        return store.changes(name, MOST_CHANGES);
    }

    /** How long a device that had no work may be away; zero if it should wait again. */
    public Duration away(Device device) {
        return conductor(device).away(device.id(), settings.longestWait());
    }

    /** What each device of a federation made of its work; those that were never asked are not in it. */
    public Map<String, PartTaken> parts(String name) {
        Conductor conductor = conductors.get(name);
        return conductor == null ? Map.of() : conductor.parts();
    }

    /** What privacy cost a federation so far; empty if there is no noise, or no such federation. */
    public Optional<PrivacyReport> privacy(String name) {
        return Optional.ofNullable(conductors.get(name)).flatMap(Conductor::privacy);
    }

    /** What all federations are doing, by name. */
    public List<Standing> standings() {
        if (leadership.equals(Leadership.OF_ALL)) {
            return sorted(conductors.values().stream().map(Conductor::standing));
        }
        return sorted(store.all().stream().map(this::standing));
    }

    private static List<Standing> sorted(Stream<Standing> standings) {
        return standings
                .sorted(Comparator.comparing(standing -> standing.federation().name()))
                .toList();
    }

    /** What a federation is doing; empty if there is none of the name. */
    public Optional<Standing> standing(String name) {
        Optional<Standing> here = Optional.ofNullable(conductors.get(name)).map(Conductor::standing);
        return here.isPresent() || leadership.equals(Leadership.OF_ALL)
                ? here
                : store.all().stream()
                        .filter(federation -> federation.name().equals(name))
                        .findFirst()
                        .map(this::standing);
    }

    /** Of a federation that another instance leads: as it is written. */
    private Standing standing(Federation federation) {
        Conductor conductor = conductors.get(federation.name());
        return conductor != null
                ? conductor.standing()
                : new FederationRun(federation, around(new NoCandidates(), Leadership.ALONE)).standing();
    }

    /** For who only looks. */
    private static final class NoCandidates implements FederationRun.Candidates {
        @Override
        public List<String> waiting() {
            return List.of();
        }

        @Override
        public void selected(Set<String> devices, long round, long base, Instant due) {}
    }

    Optional<Conductor> conducting(String name) {
        return Optional.ofNullable(conductors.get(name));
    }

    /** Devices that wait for work in a federation. */
    public int waiting(String name) {
        Conductor conductor = conductors.get(name);
        return conductor == null ? 0 : conductor.parked();
    }

    /** The events of a round. */
    public List<RoundEvent> events(String name, long round) {
        return rounds.read(name, round);
    }

    /**
     * Work for a device as soon as there is some.
     *
     * @param evaluates whether the device measures a version when it is asked to
     * @return completes with nothing after the wait; the caller may cancel it
     */
    public CompletableFuture<Optional<Assignment>> await(Device device, Duration most, boolean evaluates) {
        Duration wait = most.compareTo(settings.longestWait()) < 0 ? most : settings.longestWait();
        Capabilities said = presence.capabilities(device.id()).orElseGet(Capabilities::getDefaultInstance);
        return conductor(device).await(device.id(), wait, said, evaluates);
    }

    /** Tells a round something that came from a device. */
    public Decision offer(Device device, long round, RoundInput input) {
        Conductor conductor = conductor(device);
        Decision decision = conductor.offer(round, input);
        conductor.wake();
        return decision;
    }

    /**
     * What a device found the newest version to do.
     *
     * @throws RefusedException if the device was not asked about the version, or has answered
     */
    public void measured(Device device, Answer answer) {
        Asking asking = asked(device, answer.version());
        boolean added = evaluations.add(device.federation(), answer);
        asking.answered(answer.device(), answer.version());
        if (!added) {
            throw new RefusedException(
                    RefusalCode.DUPLICATE, "the federation has the device's answer about the version");
        }
    }

    /**
     * A device can't measure a version.
     *
     * @throws RefusedException if it was not asked to
     */
    public void notMeasured(Device device, long version) {
        asked(device, version).declined(device.id().toString(), version);
        wake(device);
    }

    private Asking asked(Device device, long version) {
        Asking asking = conductor(device).asking();
        if (!asking.awaits(device.id().toString(), version)) {
            throw new RefusedException(
                    RefusalCode.NOT_SELECTED, "the device is not asked to measure this version, or not any more");
        }
        return asking;
    }

    /** The newest versions that devices measured, the newest first. */
    public List<Measure> measures(String name) {
        return evaluations.measures(name, MOST_MEASURES);
    }

    /** Something happened in the device's federation that its round does not know of yet. */
    public void wake(Device device) {
        conductor(device).wake();
    }

    /** Why a device may not send an update for a round; empty if it may. */
    public Optional<Refused> objection(Device device, long round) {
        return conductor(device).objection(round, device.id().toString());
    }

    /** What the device's federation is doing. */
    public Standing standing(Device device) {
        return conductor(device).standing();
    }

    private Conductor conductor(Device device) {
        return Optional.ofNullable(conductors.get(device.federation()))
                .orElseThrow(() -> new RefusedException(RefusalCode.UNAVAILABLE, "the federation is not at work"));
    }

    @EventListener
    void optedOut(OptedOut event) {
        Conductor conductor = conductors.get(event.device().federation());
        if (conductor != null) {
            String id = event.device().id().toString();
            conductor.optedOut(event.device().id(), new NoUpdate(id, RefusalCode.OPTED_OUT.wire()));
        }
    }

    @Override
    public synchronized void start() {
        started = true;
        conductLed();
    }

    @Override
    public synchronized void stop() {
        conductors.values().forEach(Conductor::stop);
        conductors.clear();
        started = false;
    }

    @Override
    public boolean isRunning() {
        return started;
    }
}
