// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.Objects;

/** What stands in where a stage fails or is cut off. */
public sealed interface Fallback {

    /** Nothing: whatever takes its value fails with it. */
    record None() implements Fallback {}

    /** The job goes on without its value; all who take it can do without. */
    record Skip() implements Fallback {}

    /** A value that is written in the configuration. */
    record Value(String text) implements Fallback {
        public Value {
            Objects.requireNonNull(text);
        }
    }

    /** Another stage, which runs for this alone. */
    record Stage(String name) implements Fallback {
        public Stage {
            Objects.requireNonNull(name);
        }
    }

    Fallback NONE = new None();
    Fallback SKIP = new Skip();
}
