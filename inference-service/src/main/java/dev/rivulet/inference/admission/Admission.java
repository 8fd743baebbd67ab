// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.admission;

import dev.rivulet.problems.Problem;

/** The answer to a request that asks to be let in. */
public sealed interface Admission {

    /** The request is in until its ticket is closed. */
    record Granted(Ticket ticket) implements Admission {}

    /** No room; the problem says when to come back. */
    record Refused(Problem problem) implements Admission {}

    /** A place. Closing it twice is harmless. */
    interface Ticket extends AutoCloseable {

        @Override
        void close();
    }
}
