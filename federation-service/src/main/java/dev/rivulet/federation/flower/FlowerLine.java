// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower;

import dev.rivulet.flower.v1.ClientMessage;
import dev.rivulet.flower.v1.ServerMessage;
import java.time.Duration;
import java.util.Optional;

/** A connected program, which answers one question at a time. Used by one thread. */
public interface FlowerLine {

    /** The program has gone, or does not speak as it should. */
    final class GoneException extends Exception {

        private static final long serialVersionUID = 1;

        public GoneException(String message) {
            super(message, null, false, false);
        }
    }

    /** Asks; {@link #answer} gives what the program says to it. */
    void ask(ServerMessage question) throws GoneException;

    /** Says something that has no answer. */
    void tell(ServerMessage message) throws GoneException;

    /** The answer to the last question, waited for at most so long; empty if it has not come. */
    Optional<ClientMessage> answer(Duration most) throws GoneException, InterruptedException;
}
