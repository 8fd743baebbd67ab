// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

/** Observes stages: spans, metrics, breakers. Must not throw. */
@FunctionalInterface
public interface StageWatch {

    /** Looks at nothing. */
    StageWatch NONE = (job, stage) -> outcome -> {};

    /** A stage's inputs are there, and it waits for its place or runs. */
    Watched began(String job, StageSpec stage);

    /** One stage of one job. */
    @FunctionalInterface
    interface Watched {

        /** It has ended; called once. */
        void ended(Outcome outcome);
    }
}
