// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** How many sequences of each tenant run or are parked. Immutable. */
final class Holdings {

    private final Map<String, Integer> running = new HashMap<>();
    private final int all;

    /** @param newcomers that get a slot and have none yet */
    Holdings(Collection<SequenceState> sequences, Collection<SequenceState> newcomers) {
        int count = 0;
        for (SequenceState sequence : sequences) {
            if (sequence.running()) {
                running.merge(sequence.tenant(), 1, Integer::sum);
                count++;
            }
        }
        for (SequenceState newcomer : newcomers) {
            running.merge(newcomer.tenant(), 1, Integer::sum);
            count++;
        }
        this.all = count;
    }

    int of(String tenant) {
        return running.getOrDefault(tenant, 0);
    }

    int all() {
        return all;
    }

    /** Whether sequences hold each other up: three quarters of the slots are in use. */
    boolean crowded(SchedulingLimits limits) {
        return all * 4 >= limits.slots() * 3;
    }

    /** Whether a tenant has one slot alone, and another has several. */
    boolean outnumbered(String tenant) {
        return of(tenant) == 1 && running.values().stream().anyMatch(count -> count > 1);
    }
}
