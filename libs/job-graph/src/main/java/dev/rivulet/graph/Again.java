// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** What becomes of a stage where its job is begun again, because whoever ran it is gone. */
public sealed interface Again {

    /** It runs again, and nothing of it is kept: it is cheap, tells how things are now, or comes in parts. */
    record Anew() implements Again {}

    /** Its value is taken from the run before; where there is none it runs again. It changes nothing outside the job. */
    record Kept(Form form) implements Again {
        public Kept {
            Objects.requireNonNull(form);
        }
    }

    /**
     * It changes something outside the job, so that it is begun once in all runs. Its value is taken from the run before; where that has
     * begun it and left no value, or nobody can tell, it is not begun, and what it may have done stays as it is.
     *
     * @param acts whether it changes anything with these inputs, by port; one that only looks runs again
     */
    record Once(Form form, Predicate<Map<String, Object>> acts) implements Again {
        public Once {
            Objects.requireNonNull(form);
            Objects.requireNonNull(acts);
        }
    }

    Again ANEW = new Anew();

    /** How values of a kind are written down for another run. */
    interface Form {

        byte[] write(Object value);

        /**
         * The value as the run that takes the job up has to have it. An exception is as no value.
         *
         * @param stage whose value it is
         * @param inputs what the job brings in this run; to be told what the stage would have told it
         */
        Object read(byte[] written, StageSpec stage, Map<String, Object> inputs);
    }
}
