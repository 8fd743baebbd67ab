// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Flow;

/** What a stage does. One object serves all jobs at once, so that it must be safe for use by many threads. */
@FunctionalInterface
public interface Stage {

    /**
     * Begins the work of one job, and may end it before it returns or at any time after, on any thread. An exception is a
     * failure of the stage.
     *
     * @return stops the work; called at most once, and only where the work is cut off before it has ended or begun to stream; of a stream
     *     the subscription is cancelled
     */
    Stopping begin(Call call);

    /** Stops the work of a stage. */
    @FunctionalInterface
    interface Stopping {

        /** For work that has ended when it returns. */
        Stopping NOTHING = why -> {};

        void stop(Cut why);
    }

    /** One job's call of a stage: its inputs, and where its end is told. Only the first end counts. */
    interface Call {

        /** The id of the job. */
        String job();

        /** The stage as it was declared. */
        StageSpec stage();

        /** The inputs that there are, by port. */
        Map<String, Object> inputs();

        /** An input of a type that the port makes certain. */
        default <T> T input(String port, Class<T> type) {
            return optional(port, type).orElseThrow(() -> new IllegalStateException("no input '" + port + "'"));
        }

        /** As {@link #input}; empty where what should have given it was skipped. */
        default <T> Optional<T> optional(String port, Class<T> type) {
            return Optional.ofNullable(inputs().get(port)).map(type::cast);
        }

        /** The stage has ended with this value. */
        void succeed(Object value);

        /** The stage has ended without one. */
        void fail(Throwable why);

        /** The value comes in parts. It is read at the reader's pace, one part ahead, and read once or not at all. */
        void stream(Flow.Publisher<?> parts);
    }
}
