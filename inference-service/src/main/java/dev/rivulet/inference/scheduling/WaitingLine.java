// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who gets a slot next: the most urgent class, in it the tenant that got least, of its sequences the one that waits longest. Lives
 * for one plan.
 */
final class WaitingLine {

    private final SchedulingLimits limits;
    private final long now;
    private final List<SequenceState> waiting = new ArrayList<>();
    private final Map<String, Long> served = new HashMap<>();

    WaitingLine(SchedulingLimits limits, List<SequenceState> sequences, Shares shares, long now) {
        this.limits = limits;
        this.now = now;
        for (SequenceState sequence : sequences) {
            served.putIfAbsent(sequence.tenant(), shares.of(sequence.tenant()));
            if (sequence.waiting()) {
                waiting.add(sequence);
            } else if (sequence.seated()) {
                expect(sequence);
            }
        }
    }

    /** The prefill that is still to come counts already, so that one tenant can't take all slots before it is charged. */
    private void expect(SequenceState sequence) {
        served.merge(sequence.tenant(), (long) sequence.total() - sequence.computed(), Long::sum);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The next one, taken out of the line. */
    SequenceState next() {
        SequenceState next = first(waiting).orElseThrow();
        take(next);
        return next;
    }

    /** The next one of a class as it was asked for, however long others wait. */
    Optional<SequenceState> first(Priority priority) {
        return first(waiting.stream()
                .filter(sequence -> sequence.request().terms().priority() == priority)
                .toList());
    }

    void take(SequenceState sequence) {
        waiting.remove(sequence);
        expect(sequence);
    }

    private Optional<SequenceState> first(List<SequenceState> line) {
        return line.stream()
                .min(Comparator.<SequenceState>comparingInt(sequence -> rank(sequence, limits, now))
                        .thenComparingLong(sequence -> served.getOrDefault(sequence.tenant(), 0L))
                        .thenComparingLong(SequenceState::since)
                        .thenComparingLong(sequence -> sequence.id().value()));
    }

    /** The class of a sequence, one better for every {@link SchedulingLimits#aging()} that it waits: nobody waits for ever. */
    static int rank(SequenceState sequence, SchedulingLimits limits, long now) {
        long better = Math.max(0, now - sequence.since()) / limits.aging().toNanos();
        return (int) Math.max(0, sequence.request().terms().priority().ordinal() - better);
    }
}
