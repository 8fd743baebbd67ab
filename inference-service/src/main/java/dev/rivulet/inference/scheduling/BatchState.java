package dev.rivulet.inference.scheduling;

import dev.rivulet.inference.scheduling.Signal.ReaderGone;
import dev.rivulet.inference.scheduling.Signal.ReaderResumed;
import dev.rivulet.inference.scheduling.Signal.Submitted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every sequence of one loop, in order of arrival. Immutable. */
public final class BatchState {

    private final SchedulingLimits limits;
    private final List<SequenceState> sequences;

    BatchState(SchedulingLimits limits, List<SequenceState> sequences) {
        this.limits = limits;
        this.sequences = List.copyOf(sequences);
    }

    public static BatchState empty(SchedulingLimits limits) {
        return new BatchState(limits, List.of());
    }

    public SchedulingLimits limits() {
        return limits;
    }

    List<SequenceState> sequences() {
        return sequences;
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
            active += sequence.seated() && sequence.reading() ? 1 : 0;
            parked += sequence.reading() ? 0 : 1;
            waiting += sequence.waiting() ? 1 : 0;
            outstanding += sequence.total() - sequence.computed() + sequence.maxTokens() - sequence.generated();
        }
        return new Occupancy(limits.slots(), active, parked, waiting, outstanding);
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
        return new BatchState(limits, next);
    }

    private void take(Signal signal, List<SequenceState> next, Map<SequenceId, Integer> places) {
        Integer place = places.get(signal.id());
        switch (signal) {
            case Submitted submitted -> {
                if (next.size() >= limits.sequences()) {
                    throw new IllegalStateException("the batch holds " + limits.sequences() + " sequences at most");
                }
                places.put(submitted.id(), next.size());
                next.add(arrival(submitted));
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

    private static SequenceState arrival(Submitted submitted) {
        return new SequenceState(
                submitted.id(),
                submitted.promptTokens(),
                submitted.maxTokens(),
                0,
                0,
                SequenceState.NO_SLOT,
                true,
                false,
                submitted.at());
    }

    /** The state after a step. */
    public BatchState apply(StepOutcome outcome) {
        BatchState arranged = outcome.plan().arranged();
        Map<SequenceId, Progress> progress = new HashMap<>();
        outcome.progress().forEach(one -> progress.put(one.id(), one));
        List<SequenceState> next = new ArrayList<>(arranged.sequences.size());
        for (SequenceState sequence : arranged.sequences) {
            Progress made = progress.get(sequence.id());
            if (made == null) {
                next.add(sequence);
            } else if (!made.finished()) {
                next.add(sequence.advanced(made, outcome.at()));
            }
        }
        return new BatchState(limits, next);
    }

    /** The state without the sequences that hold a slot, after a step that failed half-way. */
    public BatchState withoutSeated() {
        return new BatchState(
                limits,
                sequences.stream().filter(sequence -> !sequence.seated()).toList());
    }

    /** Sequences that hold a slot. */
    public List<SequenceId> seated() {
        return sequences.stream()
                .filter(SequenceState::seated)
                .map(SequenceState::id)
                .toList();
    }
}
