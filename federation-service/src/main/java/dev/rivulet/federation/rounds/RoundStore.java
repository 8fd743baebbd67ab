// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the events of rounds are kept: each place is written once. */
public interface RoundStore {

    /** The events of a round in their order; empty before it began. */
    List<RoundEvent> read(String federation, long round);

    /** What rounds were charged for noise, in their order. */
    List<RoundEvent.Charged> charges(String federation);

    /** The greatest round that has begun; 0 if none has. */
    long latest(String federation);

    /** What was last kept of the rounds that are over; empty if nothing was, or nothing that can be read as it was written. */
    Optional<Past> past(String federation);

    /**
     * Writes all of the events or none.
     *
     * @param known number of events that the writer knows of
     * @param past kept with the events, or not at all: what the rounds up to this one add up to; null for nothing
     * @return whether they were written; false if another has written at their place
     */
    boolean append(String federation, long round, int known, List<RoundEvent> events, @Nullable Past past);

    /** Writes all of the events or none, and keeps nothing with them. */
    default boolean append(String federation, long round, int known, List<RoundEvent> events) {
        return append(federation, round, known, events, null);
    }

    /** Does work of which all is kept or none, where the store can; else one after the other, as after a crash. */
    default void together(Runnable work) {
        work.run();
    }

    /**
     * The same store for the leader of an epoch.
     *
     * @param epoch {@link Leadership#ALONE} where no other instance is
     * @return whose {@link #append} throws {@link FencedException}, and writes nothing, once a federation has a leader of another epoch
     */
    default RoundStore under(long epoch) {
        return this;
    }
}
