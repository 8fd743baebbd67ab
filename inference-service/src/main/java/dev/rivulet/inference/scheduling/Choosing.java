// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who runs in the next step: those that do, and of those that wait as many as there is room for. If there is none, long-parked
 * sequences lose their slots, then less urgent ones to more urgent ones; at last a tenant that has no slot gets that of one
 * that has several, whose youngest sequence is set aside. Lives for one plan, whose sequences it changes.
 */
final class Choosing {

    /** How often a sequence may lose its slot to more urgent ones: so often, and it is let finish. */
    private static final int MOST_PREEMPTIONS = 2;

    private final SchedulingLimits limits;
    private final long now;
    private final List<SequenceState> sequences;
    private final WaitingLine line;
    private final List<SequenceState> newcomers = new ArrayList<>();
    private final List<SequenceId> evictions = new ArrayList<>();
    private final List<SequenceId> preemptions = new ArrayList<>();
    private final List<SequenceId> yields = new ArrayList<>();
    private List<CachedPrefix> cached;

    Choosing(
            SchedulingLimits limits,
            List<SequenceState> sequences,
            List<CachedPrefix> cached,
            Shares shares,
            long now) {
        this.limits = limits;
        this.now = now;
        this.sequences = sequences;
        this.cached = cached;
        this.line = new WaitingLine(limits, sequences, shares, now);
        fillFree();
        preemptLessUrgent();
        letOutnumberedIn();
    }

    /** Waiting sequences that get a slot. */
    List<SequenceState> newcomers() {
        return newcomers;
    }

    List<SequenceId> evictions() {
        return evictions;
    }

    List<SequenceId> preemptions() {
        return preemptions;
    }

    List<SequenceId> yields() {
        return yields;
    }

    /** The cache with what the sequences leave that lost their slots. */
    List<CachedPrefix> cached() {
        return cached;
    }

    private void fillFree() {
        int free = limits.slots() - new Holdings(sequences, List.of()).all();
        while (!line.isEmpty() && (free > 0 || evictLongestParked())) {
            free = Math.max(0, free - 1);
            begin(line.next());
        }
    }

    private void begin(SequenceState chosen) {
        if (chosen.aside()) {
            replace(chosen, chosen.resumed());
        } else {
            newcomers.add(chosen);
        }
    }

    private void replace(SequenceState before, SequenceState after) {
        sequences.set(sequences.indexOf(before), after);
    }

    private void preemptLessUrgent() {
        Optional<SequenceState> urgent = line.isEmpty() ? Optional.empty() : preempt();
        while (urgent.isPresent()) {
            line.take(urgent.get());
            begin(urgent.get());
            urgent = preempt();
        }
    }

    /** Takes a slot from a less urgent sequence, of the least urgent ones the youngest; who gets it, if anyone. */
    private Optional<SequenceState> preempt() {
        SequenceState victim = sequences.stream()
                .filter(SequenceState::running)
                .filter(sequence -> sequence.preemptions() < MOST_PREEMPTIONS)
                .max(Comparator.comparing(SequenceState::priority)
                        .thenComparing(sequence -> sequence.id().value()))
                .orElse(null);
        Optional<SequenceState> urgent = Optional.empty();
        for (Priority priority : Priority.values()) {
            if (victim != null && urgent.isEmpty() && priority.compareTo(victim.priority()) < 0) {
                urgent = line.first(sequence -> sequence.priority() == priority);
            }
        }
        if (victim != null && urgent.isPresent()) {
            preemptions.add(victim.id());
            cached = BatchState.kept(limits, cached, victim, now);
            replace(victim, victim.preempted(now));
        }
        return urgent;
    }

    private boolean evictLongestParked() {
        Optional<SequenceState> longest = sequences.stream()
                .filter(SequenceState::parked)
                .filter(sequence ->
                        now - sequence.since() >= limits.parkedKeep().toNanos())
                .min(Comparator.comparingLong(SequenceState::since));
        longest.ifPresent(parked -> {
            evictions.add(parked.id());
            cached = BatchState.kept(limits, cached, parked, now);
            replace(parked, parked.evicted());
        });
        return longest.isPresent();
    }

    private void letOutnumberedIn() {
        int room = limits.aside()
                - (int) sequences.stream().filter(SequenceState::aside).count();
        while (room > 0 && letOneIn()) {
            room--;
        }
    }

    /** Lets the next tenant without a slot in, in the place of the youngest sequence of whoever has most slots. */
    private boolean letOneIn() {
        Holdings holdings = new Holdings(sequences, newcomers);
        SequenceState newcomer =
                line.first(sequence -> mayTake(sequence, holdings)).orElse(null);
        if (newcomer == null) {
            return false;
        }
        Optional<SequenceState> yielding = sequences.stream()
                .filter(sequence -> mayYield(sequence, newcomer, holdings))
                .max(Comparator.comparingInt((SequenceState sequence) -> holdings.of(sequence.tenant()))
                        .thenComparing(sequence -> sequence.id().value()));
        yielding.ifPresent(sequence -> {
            yields.add(sequence.id());
            replace(sequence, sequence.setAside(now));
            line.take(newcomer);
            newcomers.add(newcomer);
        });
        return yielding.isPresent();
    }

    /** Of a tenant without a slot; those that it has set aside go before its new ones. */
    private boolean mayTake(SequenceState sequence, Holdings holdings) {
        return !sequence.aside()
                && holdings.of(sequence.tenant()) == 0
                && now - sequence.since() >= limits.yieldAfter().toNanos()
                && sequences.stream()
                        .noneMatch(other -> other.aside() && other.tenant().equals(sequence.tenant()));
    }

    private boolean mayYield(SequenceState sequence, SequenceState newcomer, Holdings holdings) {
        return sequence.running()
                && sequence.reading()
                && sequence.yield() == Yield.NEVER
                && sequence.priority().compareTo(newcomer.priority()) >= 0
                && holdings.of(sequence.tenant()) > 1
                && line.served(sequence.tenant()) >= line.served(newcomer.tenant());
    }
}
