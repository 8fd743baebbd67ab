// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who gets a slot next: the most urgent class, in it who was set aside, then the tenant that got least, of its sequences the one
 * that waits longest. Lives for one plan.
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
            if (sequence.waiting() || sequence.aside()) {
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

    /** The next one of some, however long others wait. */
    Optional<SequenceState> first(Predicate<SequenceState> some) {
        return first(waiting.stream().filter(some).toList());
    }

    /** What a tenant has got of the model, and gets for certain by what runs, in tokens. */
    long served(String tenant) {
        return served.getOrDefault(tenant, 0L);
    }

    void take(SequenceState sequence) {
        waiting.remove(sequence);
        expect(sequence);
    }

    private Optional<SequenceState> first(List<SequenceState> line) {
        return line.stream()
                .min(Comparator.<SequenceState>comparingInt(sequence -> rank(sequence, limits, now))
                        .thenComparingInt(sequence -> sequence.aside() ? 0 : 1)
                        .thenComparingLong(sequence -> served(sequence.tenant()))
                        .thenComparingLong(SequenceState::since)
                        .thenComparingLong(sequence -> sequence.id().value()));
    }

    /** The class of a sequence, one better for every {@link SchedulingLimits#aging()} that it waits: nobody waits for ever. */
    static int rank(SequenceState sequence, SchedulingLimits limits, long now) {
        long better = Math.max(0, now - sequence.since()) / limits.aging().toNanos();
        return (int) Math.max(0, sequence.priority().ordinal() - better);
    }
}
