// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.util.List;
import java.util.function.Supplier;

/**
 * Is told what is written of federations, in the transaction that writes it: what a witness keeps in the same database is there exactly
 * if that is. A witness that fails undoes the write.
 */
public interface Witness {

    /** A federation was made. */
    void made(Federation federation);

    /** Rounds begin from now on, or no further one does. */
    void running(String federation, boolean running);

    /** Other settings hold from the next round on. */
    default void changed(String federation) {}

    /** A round went on. */
    void wentOn(Step step);

    /**
     * Events of a round.
     *
     * @param revision number of events that the round has with these
     * @param events in their order, at least one
     * @param state what the round is with them; asking for it reads the round
     */
    record Step(String federation, long round, int revision, List<RoundEvent> events, Supplier<RoundState> state) {
        public Step {
            events = List.copyOf(events);
        }
    }
}
