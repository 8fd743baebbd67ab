package dev.rivulet.edge;

import dev.rivulet.devices.v1.Training;
import dev.rivulet.federated.update.Parameters;
import java.time.Duration;
import java.util.Map;
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

    /** Trains; may take as long as the task has left. An exception is reported as {@code other}. */
    Outcome train(Task task) throws Exception;
}
