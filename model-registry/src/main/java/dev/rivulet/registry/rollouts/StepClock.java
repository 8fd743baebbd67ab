// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Moments by which the steps of rollouts are judged. From the first look at a state of a rollout on they go by a monotonic clock, so
 * that a wall clock that jumps neither ends a step early nor makes it last; only after a restart the wall clock says how long the
 * state has lasted. Not thread-safe.
 */
final class StepClock {

    private final Clock clock;
    private final LongSupplier nanoTime;
    private final Map<RolloutId, Sight> sights = new HashMap<>();

    /**
     * The first look at a state.
     *
     * @param version of the rollout, which every change counts up
     * @param at moment of the look, never before the state began
     * @param nanos of the look, by the monotonic clock
     */
    private record Sight(long version, Instant at, long nanos) {}

    /** @param nanoTime a monotonic clock */
    StepClock(Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Now, for this rollout. */
    Instant now(Rollout rollout) {
        long nanos = nanoTime.getAsLong();
        Sight sight = sights.get(rollout.id());
        if (sight == null || sight.version() != rollout.version()) {
            Instant wall = clock.instant();
            Instant at = wall.isBefore(rollout.changedAt()) ? rollout.changedAt() : wall;
            sight = new Sight(rollout.version(), at, nanos);
            sights.put(rollout.id(), sight);
        }
        return sight.at().plusNanos(nanos - sight.nanos());
    }

    /** Forgets all rollouts but these. */
    void keep(List<Rollout> going) {
        sights.keySet().retainAll(going.stream().map(Rollout::id).collect(Collectors.toSet()));
    }
}
