// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the history of rollouts.
 *
 * @param state its name for programs
 * @param percent of the sessions that the candidate serves
 * @param revision how many events it has
 * @param reason of the last change
 * @param by who made it
 * @param endedAt null while it goes on
 */
public record RolloutSummary(
        RolloutId rollout,
        String model,
        String baseline,
        String candidate,
        String state,
        int percent,
        long revision,
        String reason,
        String by,
        Instant startedAt,
        Instant changedAt,
        @Nullable Instant endedAt) {

    /** The line of a rollout whose last event was decided by {@code by}. */
    public static RolloutSummary of(Rollout rollout, String by) {
        return new RolloutSummary(
                rollout.id(),
                rollout.model().value(),
                rollout.baseline().value(),
                rollout.candidate().value(),
                rollout.state().wire(),
                rollout.percent(),
                rollout.version(),
                rollout.reason(),
                by,
                rollout.startedAt(),
                rollout.changedAt(),
                rollout.active() ? null : rollout.changedAt());
    }
}
