// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.evaluation.Asking;
import dev.rivulet.federation.evaluation.EvaluationSettings;
import dev.rivulet.federation.evaluation.EvaluationStore;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.FederationRun.Candidates;
import dev.rivulet.federation.rounds.FederationRun.Surroundings;
import dev.rivulet.federation.rounds.FederationSettings.Energy;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread of one federation and its waiting room: steps when something happened, and every tick. */
final class Conductor implements Candidates {

    private static final Logger log = LoggerFactory.getLogger(Conductor.class);
    /** Of the pause after a failure: 32 ticks. */
    private static final int MOST_DOUBLINGS = 5;

    private static final Duration STOP = Duration.ofSeconds(10);

    /** Makes the work of a round. */
    @FunctionalInterface
    interface Assigning {
        Assignment assignment(Federation federation, long round, long base, Instant due);
    }

    private final Federation federation;
    private final long epoch;
    private final Assigning assigning;
    private final BiFunction<String, Double, Set<String>> farther;
    private final Duration tick;
    private final WaitingRoom room;
    private final FederationRun run;
    private final Map<UUID, Capabilities> said = new ConcurrentHashMap<>();
    private final Set<UUID> measuring = ConcurrentHashMap.newKeySet();
    private final Asking asking;
    private final Clock clock;
    private final Semaphore wake = new Semaphore(0);
    private volatile Set<String> apart = Set.of();
    private long looked = -1;
    private volatile boolean stopping;
    private @Nullable Thread thread;

    Conductor(
            Federation federation,
            long epoch,
            Assigning assigning,
            Function<Candidates, Surroundings> around,
            BiFunction<String, Double, Set<String>> farther,
            EvaluationStore evaluations,
            RoundsSettings settings) {
        this.federation = federation;
        this.epoch = epoch;
        this.assigning = assigning;
        this.farther = farther;
        this.tick = settings.tick();
        this.room = new WaitingRoom(settings.mostWaiting());
        Surroundings surroundings = around.apply(this);
        this.clock = surroundings.clock();
        this.asking = new Asking(version -> evaluations.answered(federation.name(), version), surroundings.random());
        this.run = new FederationRun(federation, surroundings);
    }

    void start() {
        thread = Thread.ofVirtual().name("federation-" + federation.name()).start(this::conduct);
    }

    /** Lets the step under way finish. */
    void stop() {
        stopping = true;
        room.empty();
        wake.release();
        Thread ending = thread;
        if (ending != null) {
            try {
                if (!ending.join(STOP)) {
                    ending.interrupt();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Rounds begin only from versions that {@link #begin} says. */
    void follow() {
        run.follow();
    }

    /** One round may begin, from this version. */
    void begin(long version) {
        run.begin(version);
        wake();
    }

    /** Of the lead under which it conducts. */
    long epoch() {
        return epoch;
    }

    void wake() {
        wake.release();
    }

    private void conduct() {
        int failures = 0;
        while (!stopping) {
            try {
                lookForThoseApart();
                run.step();
                askToMeasure();
                failures = 0;
            } catch (RuntimeException e) {
                failures++;
                log.warn("Federation {} can't go on now: {}", federation.name(), e.toString());
            }
            if (!pause(failures)) {
                return;
            }
        }
    }

    /** Devices that the round that goes on does not want, or all that wait where no further round begins. */
    private void askToMeasure() {
        Standing standing = run.standing();
        EvaluationSettings wanted = standing.federation().settings().evaluation();
        boolean over = standing.stop().isPresent() || !standing.federation().running();
        boolean chosen =
                standing.state() instanceof Collecting at && !at.opened().asynchronous();
        if (wanted == null || !(over || chosen)) {
            return;
        }
        List<String> idle = waiting().stream()
                .filter(device -> measuring.contains(UUID.fromString(device)))
                .filter(device -> run.missing(device).isEmpty())
                .toList();
        long version = standing.progress().version();
        Instant now = clock.instant();
        Set<String> asked = asking.next(wanted, version, idle, now);
        if (!asked.isEmpty()) {
            Assignment work = assigning
                    .assignment(standing.federation(), standing.round(), version, now.plus(wanted.patience()))
                    .measuring();
            room.give(asked.stream().map(UUID::fromString).toList(), work);
        }
    }

    /** The devices that are asked to measure the newest version. */
    Asking asking() {
        return asking;
    }

    /** Once for each version, since scores come with versions. */
    private void lookForThoseApart() {
        Standing standing = run.standing();
        Double most = standing.federation().settings().selecting().mostDistance();
        if (standing.round() != looked) {
            apart = most == null
                    ? Set.of()
                    : farther.apply(standing.federation().name(), most);
            looked = standing.round();
        }
    }

    /** Until something happens or a tick has passed; after failures longer, and whatever happens. */
    private boolean pause(int failures) {
        try {
            if (failures > 0) {
                Thread.sleep(tick.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS)));
                wake.drainPermits();
            } else if (wake.tryAcquire(tick.toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    int parked() {
        return room.devices().size();
    }

    Standing standing() {
        return run.standing();
    }

    void running(boolean running) {
        run.running(running);
        wake();
    }

    void settings(FederationSettings settings) {
        run.settings(settings);
        wake();
    }

    Duration away(UUID device, Duration idle) {
        return run.away(device.toString(), idle);
    }

    Map<String, PartTaken> parts() {
        return run.parts();
    }

    Optional<PrivacyReport> privacy() {
        return run.privacy();
    }

    Decision offer(long round, RoundInput input) {
        return run.offer(round, input);
    }

    Optional<Refused> objection(long round, String device) {
        return run.objection(round, device);
    }

    /** The device waits no longer, and the round no longer for it. */
    void optedOut(UUID device, RoundInput none) {
        said.remove(device);
        measuring.remove(device);
        asking.declined(device.toString(), run.standing().progress().version());
        run.offer(run.round(), none);
        wake();
    }

    /** Work that waits for the device, or the next there is. Who enters first and is looked for then, can't be missed between. */
    CompletableFuture<Optional<Assignment>> await(
            UUID device, Duration most, Capabilities capabilities, boolean evaluates) {
        said.put(device, capabilities);
        if (evaluates) {
            measuring.add(device);
        } else {
            measuring.remove(device);
        }
        CompletableFuture<Optional<Assignment>> future = room.enter(device)
                .orElseThrow(() -> new RefusedException(RefusalCode.BUSY, "too many devices wait; try again"));
        var _ = future.whenComplete((_, _) -> {
            if (said.remove(device, capabilities)) {
                measuring.remove(device);
            }
        });
        run.missing(device.toString()).ifPresentOrElse(given -> future.complete(Optional.of(of(given))), this::wake);
        return most.isPositive()
                ? future.completeOnTimeout(Optional.empty(), most.toMillis(), TimeUnit.MILLISECONDS)
                : ended(future);
    }

    private static CompletableFuture<Optional<Assignment>> ended(CompletableFuture<Optional<Assignment>> future) {
        future.complete(Optional.empty());
        return future;
    }

    private Assignment of(Given given) {
        return assigning.assignment(run.inForce(), given.round(), given.base(), given.due());
    }

    @Override
    public Capabilities said(String device) {
        return said.getOrDefault(UUID.fromString(device), Capabilities.getDefaultInstance());
    }

    @Override
    public List<String> waiting() {
        Energy energy = run.federation().settings().energy();
        return room.devices().stream()
                .filter(device -> harmless(said.get(device), energy))
                .map(UUID::toString)
                .filter(device -> !apart.contains(device))
                .toList();
    }

    /** A device that has said nothing of its energy is taken for one that has a plug. */
    static boolean harmless(@Nullable Capabilities capabilities, Energy energy) {
        if (capabilities == null || capabilities.equals(Capabilities.getDefaultInstance())) {
            return true;
        }
        boolean powered = capabilities.getCharging() || capabilities.getBatteryPercent() >= energy.leastBattery();
        return powered && (energy.metered() || !capabilities.getMetered());
    }

    @Override
    public void selected(Set<String> devices, long round, long base, Instant due) {
        Assignment assignment = assigning.assignment(run.inForce(), round, base, due);
        room.give(devices.stream().map(UUID::fromString).toList(), assignment);
    }
}
