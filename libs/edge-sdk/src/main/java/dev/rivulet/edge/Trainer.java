// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import dev.rivulet.devices.v1.Training;
import dev.rivulet.federated.update.Parameters;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Trains on the device's own data, which leave it at no time. */
@FunctionalInterface
public interface Trainer {

    /**
     * What is to be done.
     *
     * @param model to begin with
     * @param training what the federation asks for
     * @param left until the update is late
     * @param control SCAFFOLD's control variate of the federation, which the steps are corrected by; null under other strategies
     */
    record Task(
            long round,
            Parameters model,
            Training training,
            Duration left,
            @Nullable Parameters control) {

        /** Without a control variate. */
        public Task(long round, Parameters model, Training training, Duration left) {
            this(round, model, training, left, null);
        }
    }

    /** What came of it. */
    sealed interface Outcome {

        /**
         * A model.
         *
         * @param model after training, of the same layout
         * @param weight number of examples
         * @param metrics by name, such as {@code loss-before}
         * @param controlChange SCAFFOLD's change of the device's own control variate; needed if the task has a control variate
         */
        record Trained(
                Parameters model,
                double weight,
                Map<String, Double> metrics,
                @Nullable Parameters controlChange) implements Outcome {

            /** Without a control variate. */
            public Trained(Parameters model, double weight, Map<String, Double> metrics) {
                this(model, weight, metrics, null);
            }
        }

        /**
         * Nothing.
         *
         * @param reason one of the protocol: no-data, out-of-memory, battery, diverged, unsupported, interrupted, other
         * @param detail for people, at most 500 characters
         */
        record Declined(String reason, String detail) implements Outcome {}
    }

    /**
     * How well a model does on the device's data.
     *
     * @param examples number that it was measured with, above 0
     * @param loss mean of the examples
     * @param accuracy 0 to 1; null where there is no such thing
     */
    record Measured(double examples, double loss, @Nullable Double accuracy) {}

    /** Whether the device measures versions when it is asked to, by {@link #evaluate}. */
    default boolean evaluates() {
        return false;
    }

    /**
     * Measures the task's model without training.
     *
     * @return empty if there is nothing to measure with
     */
    default Optional<Measured> evaluate(Task task) throws Exception {
        return Optional.empty();
    }

    /** Trains; may take as long as the task has left. An exception is reported as {@code other}. */
    Outcome train(Task task) throws Exception;
}
