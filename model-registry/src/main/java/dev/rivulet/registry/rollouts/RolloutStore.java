// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.rollouts.RolloutEvent.Recorded;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the events of rollouts are kept, and what is made of them. Methods join the transaction of the caller. */
public interface RolloutStore {

    /**
     * Takes the model for a rollout; waits for a transaction that takes or releases it.
     *
     * @return the rollout that has it already, if one does
     */
    Optional<RolloutId> claim(ModelName model, RolloutId rollout);

    /** Lets the next rollout of the model begin. */
    void release(ModelName model, RolloutId rollout);

    /**
     * Adds an event, brings the projections up to date and writes a snapshot where one is due.
     *
     * @param after the state it makes
     * @return false, and nothing is written, if somebody else has added an event of that version
     */
    boolean append(Recorded event, Rollout after);

    /** The rollout as its last snapshot and the events since tell it. */
    Optional<Rollout> load(RolloutId rollout);

    /** The rollouts that have not ended. */
    List<Rollout> active();

    /** When the last rollout of the model began. */
    Optional<Instant> lastStart(ModelName model);

    /**
     * The history of rollouts, newest first.
     *
     * @param model of one model alone, or null
     * @param active only those that have not ended
     */
    List<RolloutSummary> list(@Nullable ModelName model, boolean active, int limit);

    /** What happened to a rollout, oldest first. */
    List<TimelineEntry> timeline(RolloutId rollout);

    /** What happened in the rollouts of a model, newest first. */
    List<TimelineEntry> timeline(ModelName model, int limit);

    /** Drops the projections and makes them anew from the events; writers wait for it. */
    Rebuilt rebuild();

    /**
     * What a rebuild came to.
     *
     * @param events that were replayed
     * @param rollouts whose events these are
     * @param before SHA-256 of the projections' rows before it
     * @param after the same after it
     */
    record Rebuilt(long events, long rollouts, String before, String after) {}
}
