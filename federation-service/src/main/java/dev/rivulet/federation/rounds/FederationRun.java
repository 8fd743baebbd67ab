package dev.rivulet.federation.rounds;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.rounds.Decision.Refused;
import dev.rivulet.federation.rounds.RoundEvent.Failure;
import dev.rivulet.federation.rounds.RoundEvent.Opened;
import dev.rivulet.federation.rounds.RoundInput.Made;
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
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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

    /** What one write decides on at most. */
    private static final int MOST_ASKS = 1000;

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
    private final Queue<Ask> asks = new ConcurrentLinkedQueue<>();
    private final Queue<Long> over = new ConcurrentLinkedQueue<>();
    private volatile Seen seen;

    /** What a device or an operator told a round, and whom to answer. */
    private record Ask(long round, RoundInput input, CompletableFuture<Decision> answer) {}

    /**
     * What is known and written, for whoever asks while something is being written.
     *
     * @param round that goes on; 0 if none does
     */
    private record Seen(Federation federation, Progress progress, long round, RoundState state) {}

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
        this.seen = seen();
    }

    private Seen seen() {
        Journal at = journal;
        return at == null
                ? new Seen(federation, progress, 0, new RoundState.Unopened())
                : new Seen(federation, progress, at.round(), at.state());
    }

    private double leastGain() {
        return federation.settings().stopping().leastGain();
    }

    /** Rounds begin or not. */
    synchronized void running(boolean running) {
        federation = federation.running(running);
        seen = seen();
    }

    Standing standing() {
        Seen now = seen;
        return new Standing(
                now.federation(),
                now.progress(),
                now.federation().settings().stopping().reached(now.progress()),
                now.round() == 0 ? now.progress().lastRound() : now.round(),
                now.state());
    }

    /**
     * Tells a round something; a round that is over or unknown is answered for here. Whoever comes while something is written waits,
     * and what all of them tell is written at once: an answer is given when its event is kept.
     */
    Decision offer(long round, RoundInput input) {
        Ask ask = new Ask(round, input, new CompletableFuture<>());
        asks.add(ask);
        synchronized (this) {
            while (!ask.answer().isDone()) {
                answer();
            }
        }
        try {
            return ask.answer().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private synchronized void answer() {
        List<Ask> now = new ArrayList<>();
        for (Ask ask = asks.poll(); ask != null; ask = now.size() < MOST_ASKS ? asks.poll() : null) {
            if (journal == null || journal.round() != ask.round()) {
                ask.answer().complete(noSuchRound(ask.round()));
            } else {
                now.add(ask);
            }
        }
        Journal at = journal;
        if (at == null || now.isEmpty()) {
            return;
        }
        try {
            at.refresh();
            List<Decision> decisions = at.offer(
                    now.stream().map(Ask::input).toList(), around.clock().instant());
            seen = seen();
            for (int i = 0; i < decisions.size(); i++) {
                now.get(i).answer().complete(decisions.get(i));
            }
        } catch (RuntimeException | Error e) {
            now.forEach(ask -> ask.answer().completeExceptionally(e));
        }
    }

    /** Tells the round that goes on something within the transaction of whoever calls. */
    private synchronized void tell(long round, RoundInput input) {
        Journal at = journal;
        if (at != null && at.round() == round) {
            at.refresh();
            at.offer(input, around.clock().instant());
            seen = seen();
        }
    }

    private synchronized void doubt() {
        Journal at = journal;
        if (at != null) {
            at.doubt();
        }
    }

    /** Why a device may not send an update for a round; empty if it may. */
    Optional<Refused> objection(long round, String device) {
        Seen now = seen;
        return now.round() == 0 || now.round() != round
                ? Optional.of(noSuchRound(now.progress(), round))
                : Round.objection(now.state(), device);
    }

    private Refused noSuchRound(long round) {
        return noSuchRound(progress, round);
    }

    private static Refused noSuchRound(Progress progress, long round) {
        return round >= 1 && round <= progress.lastRound()
                ? new Refused(RefusalCode.LATE, "the round is over")
                : new Refused(RefusalCode.UNKNOWN_ROUND, "the federation has no such round");
    }

    /** The state of a round that collects and in which the device's answer is missing. */
    Optional<Collecting> missing(String device) {
        return seen.state() instanceof Collecting collecting && collecting.awaits(device)
                ? Optional.of(collecting)
                : Optional.empty();
    }

    /** The round that goes on; 0 if none does. */
    long round() {
        return seen.round();
    }

    /** Does everything that can be done now; what is no longer needed goes when the next round is under way. */
    void step() {
        for (int i = 0; i < MOST_STEPS && once(); i++) {}
        for (Long round = over.peek(); round != null; round = over.peek()) {
            around.maker().forget(federation, round);
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
                RoundInput made = made(at);
                together(() -> conclude(round, made));
                yield true;
            }
            case Publishing at -> {
                together(() -> publish(round, at.aggregated().version()));
                yield true;
            }
            case Ended ended -> {
                finish(ended);
                yield true;
            }
            default -> false;
        };
    }

    /** The version, that it was made, and that devices may have it: all of it is kept or none. */
    private void conclude(long round, RoundInput made) {
        if (made instanceof Made version) {
            around.maker().keep(federation, round, version);
            tell(round, made);
            publish(round, version.version());
        } else {
            tell(round, made);
        }
    }

    private void publish(long round, long version) {
        around.maker().publish(federation, version);
        tell(round, new Out());
    }

    private void together(Runnable work) {
        try {
            around.store().together(work);
        } catch (RuntimeException e) {
            doubt();
            throw e;
        }
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
            over.add(at.round());
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
            }
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
        seen = seen();
        if (fresh.state() instanceof Collecting collecting) {
            give(fresh.round(), collecting.opened(), collecting.opened().devices());
        }
        return fresh;
    }
}
