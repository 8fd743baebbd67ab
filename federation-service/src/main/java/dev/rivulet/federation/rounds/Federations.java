package dev.rivulet.federation.rounds;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.Participants.OptedOut;
import dev.rivulet.federation.participants.Presence;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.RoundInput.NoUpdate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** All federations of this service, each with its thread and its waiting room. Safe for threads. */
@Component
public class Federations implements SmartLifecycle {

    private final FederationStore store;
    private final RoundStore rounds;
    private final ModelMaker maker;
    private final Models models;
    private final Presence presence;
    private final RoundsSettings settings;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final RandomGenerator random;
    private final Map<String, Conductor> conductors = new ConcurrentHashMap<>();
    private volatile boolean started;

    Federations(
            FederationStore store,
            RoundStore rounds,
            ModelMaker maker,
            Models models,
            Presence presence,
            RoundsSettings settings,
            TransactionTemplate transactions,
            Clock clock,
            RandomGenerator random) {
        this.store = store;
        this.rounds = rounds;
        this.maker = maker;
        this.models = models;
        this.presence = presence;
        this.settings = settings;
        this.transactions = transactions;
        this.clock = clock;
        this.random = random;
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
        conduct(federation);
        return Created.DONE;
    }

    private void conduct(Federation federation) {
        Conductor conductor = new Conductor(federation, this::assignment, this::around, settings);
        conductors.put(federation.name(), conductor);
        conductor.start();
    }

    private FederationRun.Surroundings around(FederationRun.Candidates candidates) {
        return new FederationRun.Surroundings(
                rounds, maker, candidates, device -> presence.dead(UUID.fromString(device)), clock, random);
    }

    private Assignment assignment(Federation federation, long round, long base, Instant due) {
        Layout layout = models.layout(federation.name()).orElseThrow();
        return new Assignment(
                round, models.published(federation.name(), base).orElseThrow(), layout, due, federation.settings());
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

    /** What all federations are doing, by name. */
    public List<Standing> standings() {
        return conductors.values().stream()
                .map(Conductor::standing)
                .sorted(Comparator.comparing(standing -> standing.federation().name()))
                .toList();
    }

    /** What a federation is doing; empty if there is none of the name. */
    public Optional<Standing> standing(String name) {
        return Optional.ofNullable(conductors.get(name)).map(Conductor::standing);
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
     * @return completes with nothing after the wait; the caller may cancel it
     */
    public CompletableFuture<Optional<Assignment>> await(Device device, Duration most) {
        Duration wait = most.compareTo(settings.longestWait()) < 0 ? most : settings.longestWait();
        Capabilities said = presence.capabilities(device.id()).orElseGet(Capabilities::getDefaultInstance);
        return conductor(device).await(device.id(), wait, said);
    }

    /** Tells a round something that came from a device. */
    public Decision offer(Device device, long round, RoundInput input) {
        Conductor conductor = conductor(device);
        Decision decision = conductor.offer(round, input);
        conductor.wake();
        return decision;
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
        store.all().forEach(this::conduct);
        started = true;
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
