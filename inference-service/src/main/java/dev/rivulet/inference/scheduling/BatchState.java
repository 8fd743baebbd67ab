// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import dev.rivulet.inference.scheduling.Signal.ReaderGone;
import dev.rivulet.inference.scheduling.Signal.ReaderResumed;
import dev.rivulet.inference.scheduling.Signal.Submitted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every sequence of one loop, in order of arrival, and what those that left leave behind in their slots. Immutable. */
public final class BatchState {

    private final SchedulingLimits limits;
    private final List<SequenceState> sequences;
    private final List<CachedPrefix> cached;
    private final Shares shares;
    private final Pace pace;

    BatchState(
            SchedulingLimits limits,
            Collection<SequenceState> sequences,
            List<CachedPrefix> cached,
            Shares shares,
            Pace pace) {
        this.limits = limits;
        this.sequences = List.copyOf(sequences);
        this.cached = List.copyOf(cached);
        this.shares = shares;
        this.pace = pace;
    }

    public static BatchState empty(SchedulingLimits limits) {
        return new BatchState(limits, List.of(), List.of(), Shares.NONE, Pace.UNKNOWN);
    }

    public SchedulingLimits limits() {
        return limits;
    }

    List<SequenceState> sequences() {
        return sequences;
    }

    List<CachedPrefix> cached() {
        return cached;
    }

    Shares shares() {
        return shares;
    }

    Pace pace() {
        return pace;
    }

    /** Sequences in the batch in all. */
    public int size() {
        return sequences.size();
    }

    public boolean isEmpty() {
        return sequences.isEmpty();
    }

    /** What the state comes to in numbers. */
    public Occupancy occupancy() {
        int active = 0;
        int parked = 0;
        int waiting = 0;
        long outstanding = 0;
        for (SequenceState sequence : sequences) {
            active += sequence.running() && sequence.reading() ? 1 : 0;
            parked += sequence.reading() ? 0 : 1;
            waiting += sequence.waiting() || sequence.aside() ? 1 : 0;
            outstanding += sequence.outstanding();
        }
        return new Occupancy(limits.slots(), active, parked, waiting, cached.size(), outstanding);
    }

    /**
     * Takes in what happened since the last step. Signals of sequences that have left are ignored.
     *
     * @throws IllegalStateException if more sequences are submitted than the limits hold
     */
    public BatchState signalled(List<Signal> signals) {
        if (signals.isEmpty()) {
            return this;
        }
        List<SequenceState> next = new ArrayList<>(sequences);
        Map<SequenceId, Integer> places = new HashMap<>();
        for (int i = 0; i < next.size(); i++) {
            places.put(next.get(i).id(), i);
        }
        for (Signal signal : signals) {
            take(signal, next, places);
        }
        return new BatchState(limits, next, cached, joined(next), pace);
    }

    private void take(Signal signal, List<SequenceState> next, Map<SequenceId, Integer> places) {
        Integer place = places.get(signal.id());
        switch (signal) {
            case Submitted submitted -> {
                if (next.size() >= limits.sequences()) {
                    throw new IllegalStateException("the batch holds " + limits.sequences() + " sequences at most");
                }
                places.put(submitted.id(), next.size());
                next.add(SequenceState.arrived(submitted));
            }
            case ReaderResumed resumed -> {
                if (place != null) {
                    next.set(place, next.get(place).read(resumed.at()));
                }
            }
            case ReaderGone gone -> {
                if (place != null) {
                    next.set(place, next.get(place).cancel());
                }
            }
        }
    }

    /** The state after a step. */
    public BatchState apply(StepOutcome outcome) {
        BatchState arranged = outcome.plan().arranged();
        Map<SequenceId, Progress> progress = new HashMap<>();
        outcome.progress().forEach(one -> progress.put(one.id(), one));
        Map<SequenceId, Integer> verified = new HashMap<>();
        outcome.plan().verifications().forEach(one -> verified.put(one.id(), one.drafted()));
        List<SequenceState> next = new ArrayList<>(arranged.sequences.size());
        List<CachedPrefix> left = new ArrayList<>(arranged.cached);
        Map<String, Long> served = shares.counters();
        for (SequenceState sequence : arranged.sequences) {
            Progress made = progress.get(sequence.id());
            SequenceState after = made == null
                    ? sequence
                    : sequence.advanced(made, verified.getOrDefault(sequence.id(), 0), outcome.at());
            served.merge(sequence.tenant(), cost(sequence, after), Long::sum);
            if (made != null && made.finished()) {
                left = kept(limits, left, after, outcome.at());
            } else if (!outcome.failed().contains(sequence.id())) {
                next.add(after);
            }
        }
        return new BatchState(limits, next, left, Shares.of(served), pace.after(outcome));
    }

    private static long cost(SequenceState before, SequenceState after) {
        return after.computed() - before.computed() + after.generated() - before.generated();
    }

    private Shares joined(List<SequenceState> next) {
        Set<String> present = new HashSet<>();
        sequences.forEach(sequence -> present.add(sequence.tenant()));
        Shares joined = shares;
        for (SequenceState sequence : next.subList(sequences.size(), next.size())) {
            if (!present.contains(sequence.tenant())) {
                joined = joined.joined(sequence.tenant(), present);
                present.add(sequence.tenant());
            }
        }
        return joined;
    }

    /**
     * The cache with what a sequence leaves in its slot, unless another slot has it too. A shorter one with the same beginning
     * goes, as does the one unused for longest where there are too many.
     */
    static List<CachedPrefix> kept(SchedulingLimits limits, List<CachedPrefix> cached, SequenceState leaving, long at) {
        Prefix content = leaving.content();
        if (!leaving.seated() || content.tokens() == 0 || limits.cachedPrefixes() == 0) {
            return cached;
        }
        List<CachedPrefix> next = new ArrayList<>(cached);
        for (int i = 0; i < next.size(); i++) {
            if (next.get(i).prefix().shared(content) == content.tokens()) {
                next.set(i, next.get(i).used(at));
                return next;
            }
        }
        next.removeIf(other -> other.prefix().shared(content) == other.prefix().tokens());
        while (next.size() >= limits.cachedPrefixes()) {
            next.remove(next.stream()
                    .min(Comparator.comparingLong(CachedPrefix::usedAt))
                    .orElseThrow());
        }
        next.add(new CachedPrefix(leaving.slot(), content, at));
        return next;
    }

    /** The state without the sequences that hold a slot and without a cache, after a step that failed half-way. */
    public BatchState withoutSeated() {
        return new BatchState(
                limits,
                sequences.stream().filter(sequence -> !sequence.seated()).toList(),
                List.of(),
                shares,
                pace);
    }

    /** Sequences that have a KV cache. */
    public List<SequenceId> seated() {
        return sequences.stream()
                .filter(SequenceState::seated)
                .map(SequenceState::id)
                .toList();
    }
}
