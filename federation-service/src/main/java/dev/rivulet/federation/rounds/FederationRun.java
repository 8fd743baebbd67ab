// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.devices.v1.Capabilities;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.Gathering.Ask;
import dev.rivulet.federation.rounds.RoundEvent.Failure;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundEvent.Origin;
import dev.rivulet.federation.rounds.RoundEvent.Terms;
import dev.rivulet.federation.rounds.RoundInput.Join;
import dev.rivulet.federation.rounds.RoundInput.Made;
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
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
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
     * @param snapshotEvery so many rounds what they add up to is kept; above 0
     */
    record Surroundings(
            RoundStore store,
            ModelMaker maker,
            Candidates candidates,
            Predicate<String> dead,
            Clock clock,
            RandomGenerator random,
            int snapshotEvery) {}

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

    private final Surroundings around;
    private Federation federation;
    private Past past;
    private final PrivacyBook book;
    private @Nullable Journal journal;
    private @Nullable Instant readySince;
    private final Gathering gathering = new Gathering();
    private final Queue<Long> over = new ConcurrentLinkedQueue<>();
    private volatile Seen seen;
    private boolean interrupted;
    private boolean follows;
    private @Nullable Long from;

    FederationRun(Federation federation, Surroundings around) {
        this.federation = federation;
        this.around = around;
        this.past = around.store().past(federation.name()).orElse(Past.NONE);
        long latest = around.store().latest(federation.name());
        for (long round = past.progress().lastRound() + 1; round <= latest; round++) {
            Journal read = journal(round);
            if (read.state() instanceof Ended ended) {
                past = past.after(round, ended, federation.settings());
            } else {
                journal = read;
                interrupted =
                        read.state() instanceof Collecting at && at.opened().secure() != null;
            }
        }
        this.over.addAll(past.over());
        this.book = new PrivacyBook(() -> around.maker().size(federation), past);
        Optional.ofNullable(journal).ifPresent(this::book);
        this.seen = seen();
    }

    private Seen seen() {
        Journal at = journal;
        Standing standing = new Standing(
                federation,
                past.progress(),
                at == null ? stop() : federation.settings().stopping().reached(past.progress()),
                at == null ? past.progress().lastRound() : at.round(),
                at == null ? new RoundState.Unopened() : at.state());
        return new Seen(standing, at == null ? 0 : at.round());
    }

    private Journal journal(long round) {
        return new Journal(around.store(), federation.name(), round, ended -> kept(round, ended));
    }

    /** What goes with the event that ends a round. */
    private Optional<Past> kept(long round, Ended ended) {
        return round % around.snapshotEvery() == 0
                ? Optional.of(past.after(round, ended, federation.settings()))
                : Optional.empty();
    }

    /** What the rounds that are over add up to. */
    synchronized Past past() {
        return past;
    }

    /** Counts what a round was charged, once. */
    private void book(Journal at) {
        at.state().soFar().ifPresent(collected -> book.book(at.round(), collected));
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
        seen = seen();
    }

    /** From the next round on. */
    synchronized void settings(FederationSettings settings) {
        federation = federation.settings(settings);
        readySince = null;
        seen = seen();
    }

    /**
     * How long a device that was not needed may be away: until it has rested, or, where the federation has learnt enough, as long as is
     * usual. One that stands still may be let go on at any moment.
     *
     * @param idle what is usual
     */
    synchronized Duration away(String device, Duration idle) {
        if (stop().isPresent()) {
            return idle;
        }
        Instant rested = federation.settings().selecting().restedAt(past.parts().getOrDefault(device, PartTaken.NONE));
        Instant now = around.clock().instant();
        return rested.isAfter(now) ? Duration.between(now, rested) : Duration.ZERO;
    }

    /** What each device made of its work; those that were never asked are not in it. */
    synchronized Map<String, PartTaken> parts() {
        return past.parts();
    }

    /** What privacy cost so far; empty where there is no noise. */
    synchronized Optional<PrivacyReport> privacy() {
        return book.report(federation.settings());
    }

    private Optional<Stopping.Stop> stop() {
        return book.affords(federation.settings())
                ? federation.settings().stopping().reached(past.progress())
                : Optional.of(Stopping.Stop.BUDGET_SPENT);
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

    Standing standing() {
        return seen.standing();
    }

    /**
     * Tells a round something; a round that is over or unknown is answered for here. Whoever comes while something is written waits,
     * and what all of them tell is written at once: an answer is given when its event is kept.
     */
    Decision offer(long round, RoundInput input) {
        Ask ask = gathering.add(round, input);
        synchronized (this) {
            while (!ask.answered()) {
                answer();
            }
        }
        return ask.decision();
    }

    private synchronized void answer() {
        Journal at = journal;
        List<Ask> now = gathering.take(ask -> {
            boolean meant = at != null && Seen.meant(at.state(), at.round(), ask.round(), ask.input());
            if (!meant) {
                ask.answer(Seen.noSuchRound(past.progress(), ask.round()));
            }
            return !meant;
        });
        if (at == null || now.isEmpty()) {
            return;
        }
        try {
            at.refresh();
            List<Decision> decisions = at.offer(
                    now.stream().map(Ask::input).toList(), around.clock().instant());
            book(at);
            seen = seen();
            for (int i = 0; i < decisions.size(); i++) {
                now.get(i).answer(decisions.get(i));
            }
        } catch (RuntimeException | Error e) {
            now.forEach(ask -> ask.fail(e));
        }
    }

    /** Tells the round that goes on something within the transaction of whoever calls. */
    private synchronized void tell(RoundInput input) {
        Journal at = journal;
        if (at != null) {
            at.refresh();
            at.offer(input, around.clock().instant());
            seen = seen();
        }
    }

    /** Why a device may not send an update for a round; empty if it may. */
    Optional<Refused> objection(long round, String device) {
        return seen.objection(round, device);
    }

    /** The work of a device whose answer a round that collects misses. */
    Optional<Given> missing(String device) {
        return seen.missing(device, around.clock().instant());
    }

    /** The round that goes on; 0 if none does. */
    long round() {
        return seen.round();
    }

    /** Does everything that can be done now; what is no longer needed goes when the next round is under way. */
    void step() {
        for (int i = 0; i < MOST_STEPS && once(); i++) {}
        for (Long round = over.peek(); round != null; round = over.peek()) {
            if (round >= 1) {
                around.maker().forget(federation, round);
            }
            over.remove();
        }
    }

    /** Whether something changed. The model is made without the lock: devices are answered meanwhile. */
    private boolean once() {
        RoundState before = look();
        long round = round();
        return switch (before) {
            case Collecting at when at.opened().secure() != null -> goOn(at);
            case Aggregating at -> {
                Optional<RoundInput> charge = charge(at);
                if (charge.isPresent()) {
                    offer(round, charge.get());
                } else {
                    RoundInput made = around.maker().made(inForce(at.collected()), round, at);
                    together(() -> conclude(made));
                }
                yield true;
            }
            case Publishing at -> {
                together(() -> publish(at.aggregated().version()));
                yield true;
            }
            case Ended ended -> {
                finish(ended);
                yield true;
            }
            default -> false;
        };
    }

    /** That the version was made, and that devices may have it: both are kept or none. */
    private void conclude(RoundInput made) {
        tell(made);
        if (made instanceof Made version) {
            publish(version.version());
        }
    }

    private void publish(long version) {
        around.maker().publish(federation, version);
        tell(new Out());
    }

    private void together(Runnable work) {
        try {
            around.store().together(work);
        } catch (RuntimeException e) {
            synchronized (this) {
                Optional.ofNullable(journal).ifPresent(Journal::doubt);
            }
            throw e;
        }
    }

    /** A sum is opened after what it costs is written. */
    private boolean goOn(Collecting at) {
        OptionalInt owed = around.maker().owed(federation, round());
        if (owed.isPresent() && at.charged() == null) {
            offer(round(), chargeOfSum(at, owed.getAsInt()));
            return true;
        }
        if (owed.isPresent()) {
            around.maker().paid(federation, round());
        }
        Optional<RoundInput> ended = around.maker().goOn(inForce(at), round(), at);
        ended.ifPresent(input -> offer(round(), input));
        return ended.isPresent();
    }

    private synchronized RoundInput chargeOfSum(Collecting at, int devices) {
        return book.chargeOfSum(inForce(at).settings(), devices);
    }

    private synchronized Optional<RoundInput> charge(Aggregating at) {
        return book.charge(inForce(at.collected()).settings(), at.collected());
    }

    private synchronized void finish(Ended ended) {
        Journal at = journal;
        if (at != null) {
            past = past.after(at.round(), ended, federation.settings());
            over.add(past.over().getLast());
            journal = null;
            readySince = null;
            seen = seen();
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
                seen = seen();
                giveAgain(at);
                join(at);
            }
            book(at);
            seen = seen();
        }
        return at == null ? new RoundState.Unopened() : at.state();
    }

    /** What devices of a secure round have agreed on died with the process before. */
    private void failInterrupted(Journal at) {
        if (interrupted) {
            RoundInput lost = new RoundInput.Unsummed(Failure.INTERRUPTED, "the service began anew during the round");
            at.offer(lost, around.clock().instant());
            seen = seen();
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
            byOrigin.forEach((origin, devices) -> around.candidates()
                    .selected(
                            devices,
                            origin.round(),
                            origin.base(),
                            Seen.due(collecting.opened(), around.clock().instant())));
        }
    }

    /** Where updates come at any time, whoever is idle is given work, up to as many as may train at a time. */
    private void join(Journal at) {
        if (!(at.state() instanceof Collecting collecting)
                || !collecting.opened().asynchronous()
                || !federation.running()) {
            return;
        }
        Instant now = around.clock().instant();
        Set<String> idle = new Opening(
                        inForce(collecting).settings(), collecting.opened().base(), at.round(), past.parts())
                .joining(collecting, around.candidates().waiting(), book, now);
        if (!idle.isEmpty()
                && at.offer(new Join(idle), now) instanceof Decision.Follows(var events)
                && !events.isEmpty()) {
            seen = seen();
            give(at.round(), collecting.opened(), idle);
        }
    }

    private void give(long round, Opened opened, Set<String> devices) {
        around.candidates()
                .selected(
                        devices,
                        round,
                        opened.base(),
                        Seen.due(opened, around.clock().instant()));
    }

    private @Nullable Journal open() {
        if (!federation.running() || (follows && from == null) || stop().isPresent()) {
            return null;
        }
        Opening opening = new Opening(
                federation.settings(),
                from == null ? past.progress().version() : from,
                past.progress().lastRound() + 1,
                past.parts());
        Instant now = around.clock().instant();
        Map<String, Origin> carried = opening.carried(past.left());
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
        book.sampling(opening.sampling(waiting));
        return stop().isPresent()
                ? null
                : opening.opened(waiting, carried, now, around.candidates()::said, around.random())
                        .map(this::begun)
                        .orElse(null);
    }

    private Journal begun(Opened opened) {
        Journal fresh = journal(past.progress().lastRound() + 1);
        if (fresh.state() instanceof RoundState.Unopened) {
            fresh.open(opened);
        }
        journal = fresh;
        from = null;
        seen = seen();
        if (fresh.state() instanceof Collecting collecting
                && !collecting.opened().devices().isEmpty()) {
            give(fresh.round(), collecting.opened(), collecting.opened().devices());
        }
        return fresh;
    }
}
