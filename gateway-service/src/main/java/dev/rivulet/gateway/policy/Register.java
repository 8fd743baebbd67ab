// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.identity.Audit;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What filters find in one request and its answer: counted, written to the audit once for each filter, and told to the caller; never
 * with a text. Safe for use by many threads.
 */
final class Register {

    /** Tells the caller which filters found something: {@code direction/filter/action}, with commas between. */
    static final String HEADER = "x-rivulet-policy";

    private final Passage passage;
    private final String policy;
    private final Audit audit;
    private final MeterRegistry meters;
    private final Set<String> told = new TreeSet<>();

    Register(Passage passage, String policy, Audit audit, MeterRegistry meters) {
        this.passage = passage;
        this.policy = policy;
        this.audit = audit;
        this.meters = meters;
    }

    /** Hears of what is found on one way. */
    Findings of(Direction direction) {
        return (filter, action) -> found(filter, action, direction);
    }

    private synchronized void found(String filter, Action action, Direction direction) {
        meters.counter(
                        "rivulet.gateway.policy",
                        "filter",
                        filter,
                        "action",
                        action.wire(),
                        "direction",
                        direction.wire())
                .increment();
        if (told.add(direction.wire() + "/" + filter + "/" + action.wire())) {
            passage.tell(HEADER, String.join(", ", told));
            audit.filtered(
                    passage.caller(), policy, filter, action.wire(), direction.wire(), passage.model(), passage.id());
        }
    }

    /** What was found, as in the header; empty for nothing. */
    synchronized Optional<String> told() {
        return told.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", told));
    }
}
