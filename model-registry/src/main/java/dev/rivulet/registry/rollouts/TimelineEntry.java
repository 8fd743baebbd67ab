// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.registry.rollouts.RolloutEvent.Recorded;
import java.time.Instant;

/**
 * One event of a rollout and what it made.
 *
 * @param event the event's kind
 * @param state after it
 * @param percent after it
 * @param decision who, why, on which numbers
 */
public record TimelineEntry(
        RolloutId rollout,
        long revision,
        String model,
        Instant at,
        String event,
        String state,
        int percent,
        Decision decision) {

    /** The entry of an event. */
    public static TimelineEntry of(Recorded recorded, Rollout after) {
        return new TimelineEntry(
                recorded.rollout(),
                recorded.version(),
                after.model().value(),
                recorded.at(),
                recorded.type(),
                after.state().wire(),
                after.percent(),
                recorded.event().decision());
    }
}
