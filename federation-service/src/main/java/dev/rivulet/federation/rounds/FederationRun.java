package dev.rivulet.federation.rounds;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.RoundEvent.Failure;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundInput.Out;
import dev.rivulet.federation.rounds.RoundInput.Tick;
import dev.rivulet.federation.rounds.RoundState.Aggregating;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import dev.rivulet.federation.rounds.RoundState.Ended;
import dev.rivulet.federation.rounds.RoundState.Publishing;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
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

        /** A round has begun that wants these devices from that version, until then. */
        void selected(Set<String> devices, long round, long base, Instant due);
    }

    private final Surroundings around;
    private Federation federation;
    private Progress progress;
    private @Nullable Journal journal;
    private @Nullable Instant readySince;
    private boolean interrupted;

    FederationRun(Federation federation, Surroundings around) {
        this.federation = federation;
        this.around = around;
        this.progress = Progress.NONE;
        long latest = around.store().latest(federation.name());
        for (long round = 1; round <= latest; round++) {
            Journal read = new Journal(around.store(), federation.name(), round);
            if (read.state() instanceof Ended ended) {
                progress = progress.after(round, ended, leastGain());
            } else {
                journal = read;
                interrupted =
                        read.state() instanceof Collecting at && at.opened().secure() != null;
            }
        }
    }

    private double leastGain() {
        return federation.settings().stopping().leastGain();
    }

    /** Rounds begin or not. */
    synchronized void running(boolean running) {
        federation = federation.running(running);
    }

    synchronized Standing standing() {
        Journal at = journal;
        return new Standing(
                federation,
                progress,
                federation.settings().stopping().reached(progress),
                at == null ? progress.lastRound() : at.round(),
                at == null ? new RoundState.Unopened() : at.state());
    }

    /** Tells a round something; a round that is over or unknown is answered for here. */
    synchronized Decision offer(long round, RoundInput input) {
        Journal at = journal;
        if (at == null || at.round() != round) {
            return noSuchRound(round);
        }
        at.refresh();
        return at.offer(input, around.clock().instant());
    }

    /** Why a device may not send an update for a round; empty if it may. */
    synchronized Optional<Refused> objection(long round, String device) {
        Journal at = journal;
        if (at == null || at.round() != round) {
            return Optional.of(noSuchRound(round));
        }
        return Round.objection(at.state(), device);
    }

    private Refused noSuchRound(long round) {
        return round >= 1 && round <= progress.lastRound()
                ? new Refused(RefusalCode.LATE, "the round is over")
                : new Refused(RefusalCode.UNKNOWN_ROUND, "the federation has no such round");
    }

    /** The state of a round that collects and in which the device's answer is missing. */
    synchronized Optional<Collecting> missing(String device) {
        Journal at = journal;
        return at != null
                        && at.state() instanceof Collecting collecting
                        && collecting.pending().contains(device)
                ? Optional.of(collecting)
                : Optional.empty();
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
                offer(round(), made(at));
                yield true;
            }
            case Publishing at -> {
                around.maker().publish(federation, at.aggregated().version());
                offer(round(), new Out());
                yield true;
            }
            case Ended ended -> {
                around.maker().forget(federation, round());
                finish(ended);
                yield true;
            }
            default -> false;
        };
    }

    private boolean goOn(Collecting at) {
        Optional<RoundInput> ended = around.maker().goOn(federation, round(), at);
        ended.ifPresent(input -> offer(round(), input));
        return ended.isPresent();
    }

    private RoundInput made(Aggregating at) {
        RoundEvent.Sum sum = at.closed().sum();
        return sum == null
                ? around.maker().make(federation, round(), at.collected())
                : around.maker().makeOfSum(federation, round(), at.collected(), sum);
    }

    private synchronized void finish(Ended ended) {
        Journal at = journal;
        if (at != null) {
            progress = progress.after(at.round(), ended, leastGain());
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
            }
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
            if (!lost.isEmpty()) {
                give(at.round(), collecting.opened(), lost);
            }
        }
    }

    private void give(long round, Opened opened, Set<String> devices) {
        Instant due = opened.at().plus(opened.policy().deadline());
        around.candidates().selected(devices, round, opened.base(), due);
    }

    private @Nullable Journal open() {
        if (!federation.running()
                || federation.settings().stopping().reached(progress).isPresent()) {
            return null;
        }
        Instant now = around.clock().instant();
        List<String> waiting = new ArrayList<>(around.candidates().waiting());
        RoundPolicy policy = federation.settings().policy();
        if (waiting.size()
                < Math.max(policy.quorum(), federation.settings().secure().leastSelected())) {
            readySince = null;
            return null;
        }
        if (readySince == null) {
            readySince = now;
        }
        boolean gathered = !now.isBefore(readySince.plus(policy.gather()));
        if (waiting.size() < policy.selected() && !gathered) {
            return null;
        }
        return opened(waiting, policy, now);
    }

    private Journal opened(List<String> waiting, RoundPolicy policy, Instant now) {
        Collections.shuffle(waiting, Random.from(around.random()));
        Set<String> devices = Set.copyOf(waiting.subList(0, Math.min(policy.selected(), waiting.size())));
        Journal fresh = new Journal(around.store(), federation.name(), progress.lastRound() + 1);
        if (fresh.state() instanceof RoundState.Unopened) {
            fresh.open(new Opened(
                    now,
                    progress.version(),
                    devices,
                    policy,
                    federation.settings().secure().policy(policy)));
        }
        journal = fresh;
        if (fresh.state() instanceof Collecting collecting) {
            give(fresh.round(), collecting.opened(), collecting.opened().devices());
        }
        return fresh;
    }
}
