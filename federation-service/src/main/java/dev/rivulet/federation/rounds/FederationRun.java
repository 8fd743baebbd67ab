package dev.rivulet.federation.rounds;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.federation.privacy.PrivacySettings;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.RoundEvent.Charged;
import dev.rivulet.federation.rounds.RoundEvent.Failure;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundEvent.Origin;
import dev.rivulet.federation.rounds.RoundEvent.Terms;
import dev.rivulet.federation.rounds.RoundInput.Join;
import dev.rivulet.federation.rounds.RoundInput.Out;
import dev.rivulet.federation.rounds.RoundInput.Tick;
import dev.rivulet.federation.rounds.RoundState.Aggregating;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.RoundState.Ended;
import dev.rivulet.federation.rounds.RoundState.Publishing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One federation at work: opens a round when enough devices wait, tells the round what happens, and does what its state asks for. One
 * thread calls {@link #step()}; all others any number.
 */
final class FederationRun {

    /** Steps that one call of {@link #step()} takes at most: a whole round has fewer. */
    private static final int MOST_STEPS = 16;

    /**
     * What a run needs.
     *
     * @param dead devices that are not heard of
     */
    record Surroundings(
            RoundStore store,
            ModelMaker maker,
            Candidates candidates,
            Predicate<String> dead,
            Clock clock,
            RandomGenerator random) {}

    /** Who waits and may be asked, and how they are told. */
    interface Candidates {

        /** Devices that wait for work, of which training would harm none. */
        List<String> waiting();

        /** What a device can do; the default if it said nothing. */
        default Capabilities said(String device) {
            return Capabilities.getDefaultInstance();
        }

        /** A round has begun that wants these devices from that version, until then. */
        void selected(Set<String> devices, long round, long base, Instant due);
    }

    /** Work that a device was given, and until when it has time. */
    record Given(long round, long base, Instant due) {}

    private final Surroundings around;
    private Federation federation;
    private Progress progress;
    private final PrivacyBook book = new PrivacyBook();
    private @Nullable Journal journal;
    private @Nullable Instant readySince;
    private Map<String, Origin> left = Map.of();
    private Map<String, PartTaken> parts = Map.of();
    private long booked;
    private double sampling = 1;
    private boolean interrupted;
    private boolean follows;
    private @Nullable Long from;

    FederationRun(Federation federation, Surroundings around) {
        this.federation = federation;
        this.around = around;
        this.progress = Progress.NONE;
        long latest = around.store().latest(federation.name());
        for (long round = 1; round <= latest; round++) {
            Journal read = new Journal(around.store(), federation.name(), round);
            book(read);
            if (read.state() instanceof Ended ended) {
                after(round, ended);
            } else {
                journal = read;
                interrupted =
                        read.state() instanceof Collecting at && at.opened().secure() != null;
            }
        }
    }

    private void after(long round, Ended ended) {
        progress = progress.after(round, ended, leastGain());
        Collecting collected = ended.collected();
        parts = PartTaken.after(parts, collected);
        left = collected.pending().stream()
                .collect(Collectors.toUnmodifiableMap(Function.identity(), device -> collected.origin(device, round)));
    }

    /** Counts what a round was charged, once. */
    private void book(Journal at) {
        Collecting collected = at.state().soFar().orElse(null);
        if (collected == null) {
            return;
        }
        Terms terms = collected.opened().terms();
        sampling = terms == null ? 1 : terms.sampling();
        Charged charge = collected.charged();
        if (charge != null && at.round() > booked) {
            book.charged(charge);
            booked = at.round();
        }
    }

    private double leastGain() {
        return federation.settings().stopping().leastGain();
    }

    /** From now on a round begins only when {@link #begin} has said from which version. */
    synchronized void follow() {
        follows = true;
    }

    /** One round may begin, from this version; where one has not begun yet, this one counts. */
    synchronized void begin(long version) {
        from = version;
    }

    /** Rounds begin or not. */
    synchronized void running(boolean running) {
        federation = federation.running(running);
    }

    /** From the next round on. */
    synchronized void settings(FederationSettings settings) {
        federation = federation.settings(settings);
        readySince = null;
    }

    /**
     * How long a device that was not needed may be away: until it has rested, or, where no further round begins, as long as is usual.
     *
     * @param idle what is usual
     */
    synchronized Duration away(String device, Duration idle) {
        if (!federation.running() || stop().isPresent()) {
            return idle;
        }
        Instant rested = federation.settings().selecting().restedAt(parts.getOrDefault(device, PartTaken.NONE));
        Instant now = around.clock().instant();
        return rested.isAfter(now) ? Duration.between(now, rested) : Duration.ZERO;
    }

    /** What each device made of its work; those that were never asked are not in it. */
    synchronized Map<String, PartTaken> parts() {
        return parts;
    }

    /** What privacy cost so far; empty where there is no noise. */
    synchronized Optional<PrivacyReport> privacy() {
        PrivacySettings settings = federation.settings().privacy();
        return settings == null ? Optional.empty() : Optional.of(book.report(settings, sampling));
    }

    private Optional<Stopping.Stop> stop() {
        PrivacySettings privacy = federation.settings().privacy();
        return privacy != null && !book.affords(privacy, sampling)
                ? Optional.of(Stopping.Stop.BUDGET_SPENT)
                : federation.settings().stopping().reached(progress);
    }

    /** With the settings of the next round. */
    synchronized Federation federation() {
        return federation;
    }

    /** With the settings of the round that goes on; of the next one between two. */
    synchronized Federation inForce() {
        Journal at = journal;
        return at == null ? federation : at.state().soFar().map(this::inForce).orElse(federation);
    }

    /** The federation with the settings that a round began with. */
    private Federation inForce(Collecting at) {
        Terms terms = at.opened().terms();
        return terms == null ? federation : federation.settings(terms.settings());
    }

    synchronized Standing standing() {
        Journal at = journal;
        return new Standing(
                federation,
                progress,
                at == null ? stop() : federation.settings().stopping().reached(progress),
                at == null ? progress.lastRound() : at.round(),
                at == null ? new RoundState.Unopened() : at.state());
    }

    /** Tells a round something; a round that is over or unknown is answered for here. */
    synchronized Decision offer(long round, RoundInput input) {
        Journal at = journal;
        if (at == null || !meant(at, round, input)) {
            return noSuchRound(round);
        }
        at.refresh();
        Decision decision = at.offer(input, around.clock().instant());
        book(at);
        return decision;
    }

    private static boolean meant(Journal at, long round, RoundInput input) {
        return switch (input) {
            case RoundInput.Usable usable -> meant(at, round, usable.device());
            case RoundInput.NoUpdate none -> meant(at, round, none.device());
            default -> at.round() == round;
        };
    }

    /** Whether this round counts what a device sends of that one: of its own, or of the one in which it was given its work. */
    private static boolean meant(Journal at, long round, String device) {
        Origin origin = at.state()
                .soFar()
                .map(collected -> collected.opened().carried().get(device))
                .orElse(null);
        return origin == null ? at.round() == round : origin.round() == round;
    }

    /** Why a device may not send an update for a round; empty if it may. */
    synchronized Optional<Refused> objection(long round, String device) {
        Journal at = journal;
        if (at == null || !meant(at, round, device)) {
            return Optional.of(noSuchRound(round));
        }
        return Round.objection(at.state(), device);
    }

    private Refused noSuchRound(long round) {
        return round >= 1 && round <= progress.lastRound()
                ? new Refused(RefusalCode.LATE, "the round is over")
                : new Refused(RefusalCode.UNKNOWN_ROUND, "the federation has no such round");
    }

    /** The work of a device whose answer a round that collects misses. */
    synchronized Optional<Given> missing(String device) {
        Journal at = journal;
        if (at != null
                && at.state() instanceof Collecting collecting
                && collecting.pending().contains(device)) {
            Origin origin = collecting.origin(device, at.round());
            return Optional.of(new Given(origin.round(), origin.base(), due(collecting.opened())));
        }
        return Optional.empty();
    }

    private Instant due(Opened opened) {
        Instant from = opened.asynchronous() ? around.clock().instant() : opened.at();
        return from.plus(opened.policy().deadline());
    }

    /** The round that goes on; 0 if none does. */
    synchronized long round() {
        return journal == null ? 0 : journal.round();
    }

    /** Does everything that can be done now. */
    void step() {
        for (int i = 0; i < MOST_STEPS && once(); i++) {}
    }

    /** Whether something changed. The model is made without the lock: devices are answered meanwhile. */
    private boolean once() {
        RoundState before = look();
        return switch (before) {
            case Collecting at when at.opened().secure() != null -> goOn(at);
            case Aggregating at -> {
                offer(round(), charge(at).orElseGet(() -> made(at)));
                yield true;
            }
            case Publishing at -> {
                around.maker().publish(federation, at.aggregated().version());
                offer(round(), new Out());
                yield true;
            }
            case Ended ended -> {
                forget(ended.collected());
                finish(ended);
                yield true;
            }
            default -> false;
        };
    }

    private boolean goOn(Collecting at) {
        Optional<RoundInput> ended = around.maker().goOn(inForce(at), round(), at);
        ended.ifPresent(input -> offer(round(), input));
        return ended.isPresent();
    }

    private RoundInput made(Aggregating at) {
        RoundEvent.Sum sum = at.closed().sum();
        Federation own = inForce(at.collected());
        return sum == null
                ? around.maker().make(own, round(), at.collected())
                : around.maker().makeOfSum(own, round(), at.collected(), sum);
    }

    /** What is to be paid before noise is drawn; empty if there is none or it is paid. */
    private synchronized Optional<RoundInput> charge(Aggregating at) {
        PrivacySettings privacy = inForce(at.collected()).settings().privacy();
        Terms terms = at.collected().opened().terms();
        return privacy == null || at.collected().charged() != null
                ? Optional.empty()
                : Optional.of(book.charge(privacy, terms == null ? 1 : terms.sampling()));
    }

    /** Updates of a round that is over; where updates may be late, of the last round that none can be of. */
    private void forget(Collecting collected) {
        long most = inForce(collected).settings().aggregation().mostStaleness();
        long round = round() - (collected.opened().asynchronous() ? most + 1 : 0);
        if (round >= 1) {
            around.maker().forget(federation, round);
        }
    }

    private synchronized void finish(Ended ended) {
        Journal at = journal;
        if (at != null) {
            after(at.round(), ended);
            journal = null;
            readySince = null;
        }
    }

    /** Opens a round if it may begin, or tells the one that goes on the time. */
    private synchronized RoundState look() {
        Journal at = journal;
        if (at == null) {
            at = open();
        } else {
            at.refresh();
            failInterrupted(at);
            if (at.state() instanceof Collecting collecting) {
                Set<String> dead =
                        collecting.pending().stream().filter(around.dead()).collect(Collectors.toUnmodifiableSet());
                at.offer(new Tick(dead), around.clock().instant());
                giveAgain(at);
                join(at);
            }
            book(at);
        }
        return at == null ? new RoundState.Unopened() : at.state();
    }

    /** What devices of a secure round have agreed on died with the process before. */
    private void failInterrupted(Journal at) {
        if (interrupted) {
            RoundInput lost = new RoundInput.Unsummed(Failure.INTERRUPTED, "the service began anew during the round");
            at.offer(lost, around.clock().instant());
            interrupted = false;
        }
    }

    /** Selected devices that wait although the round misses their answer: their work was lost on the way. */
    private void giveAgain(Journal at) {
        if (at.state() instanceof Collecting collecting) {
            Set<String> lost = new TreeSet<>(collecting.pending());
            lost.retainAll(around.candidates().waiting());
            Map<Origin, Set<String>> byOrigin = lost.stream()
                    .collect(Collectors.groupingBy(
                            device -> collecting.origin(device, at.round()), Collectors.toUnmodifiableSet()));
            byOrigin.forEach((origin, devices) ->
                    around.candidates().selected(devices, origin.round(), origin.base(), due(collecting.opened())));
        }
    }

    /** Where updates come at any time, whoever is idle is given work, up to as many as may train at a time. */
    private void join(Journal at) {
        if (!(at.state() instanceof Collecting collecting)
                || !collecting.opened().asynchronous()
                || !federation.running()) {
            return;
        }
        int room =
                collecting.opened().policy().selected() - collecting.pending().size();
        Opening opening =
                new Opening(inForce(collecting).settings(), collecting.opened().base(), at.round(), parts);
        Set<String> idle = opening
                .candidates(
                        around.candidates().waiting(),
                        collecting.opened().carried(),
                        book,
                        around.clock().instant())
                .stream()
                .filter(device -> !collecting.asked(device))
                .limit(Math.max(0, room))
                .collect(Collectors.toUnmodifiableSet());
        if (!idle.isEmpty()
                && at.offer(new Join(idle), around.clock().instant()) instanceof Decision.Follows(var events)
                && !events.isEmpty()) {
            give(at.round(), collecting.opened(), idle);
        }
    }

    private void give(long round, Opened opened, Set<String> devices) {
        around.candidates().selected(devices, round, opened.base(), due(opened));
    }

    private @Nullable Journal open() {
        if (!federation.running() || (follows && from == null) || stop().isPresent()) {
            return null;
        }
        Opening opening = new Opening(
                federation.settings(), from == null ? progress.version() : from, progress.lastRound() + 1, parts);
        Instant now = around.clock().instant();
        Map<String, Origin> carried = opening.carried(left);
        List<String> waiting = opening.candidates(around.candidates().waiting(), carried, book, now);
        if (!opening.possible(waiting, carried)) {
            readySince = null;
            return null;
        }
        if (readySince == null) {
            readySince = now;
        }
        if (!opening.enough(waiting, carried)
                && now.isBefore(readySince.plus(opening.policy().gather()))) {
            return null;
        }
        sampling = opening.sampling(waiting);
        return stop().isPresent()
                ? null
                : opening.opened(waiting, carried, now, around.candidates()::said, around.random())
                        .map(this::begun)
                        .orElse(null);
    }

    private Journal begun(Opened opened) {
        Journal fresh = new Journal(around.store(), federation.name(), progress.lastRound() + 1);
        if (fresh.state() instanceof RoundState.Unopened) {
            fresh.open(opened);
        }
        journal = fresh;
        from = null;
        if (fresh.state() instanceof Collecting collecting
                && !collecting.opened().devices().isEmpty()) {
            give(fresh.round(), collecting.opened(), collecting.opened().devices());
        }
        return fresh;
    }
}
