// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.update;

import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges updates before they are summed: one value that is not a number would make the whole model none. Immutable and safe for
 * many threads; reads every value once.
 *
 * @param layout of the model
 * @param limits what one update may have
 */
public record UpdateCheck(Layout layout, Limits limits) {

    /**
     * What one update may have.
     *
     * @param mostWeight examples that one device may claim; a device that claims more would outweigh all others
     * @param mostMetrics number of metrics
     * @param mostStaleness versions that may have come since its base
     * @param mostNorm Euclidean length of a difference; infinite for no limit. Models after training are not held against it
     */
    public record Limits(double mostWeight, int mostMetrics, long mostStaleness, double mostNorm) {

        /** A million examples, 32 metrics, no staleness, any length. */
        public static final Limits SYNCHRONOUS = new Limits(1_000_000, 32, 0, Double.POSITIVE_INFINITY);

        public Limits {
            if (!(mostWeight > 0) || mostMetrics < 0 || mostStaleness < 0 || !(mostNorm > 0)) {
                throw new IllegalArgumentException("limits of weight and length are above zero, the others not below");
            }
        }
    }

    /**
     * Judges one update.
     *
     * @param version of the model now
     */
    public Checked<Update> judge(Update update, long version) {
        Refused<Update> refused = objection(update, version);
        return refused != null ? refused : new Accepted<>(update);
    }

    private @Nullable Refused<Update> objection(Update update, long version) {
        if (!update.values().layout().equals(layout)) {
            return new Refused<>(Reason.WRONG_SHAPE, "its tensors are not those of the model");
        }
        Parameters control = update.control();
        if (control != null && !control.layout().equals(layout)) {
            return new Refused<>(Reason.WRONG_SHAPE, "the tensors of its control variate are not those of the model");
        }
        Refused<Update> numbers = ofNumbers(update);
        if (numbers != null) {
            return numbers;
        }
        Refused<Update> base = ofBase(update, version);
        return base != null ? base : ofValues(update, control);
    }

    private @Nullable Refused<Update> ofNumbers(Update update) {
        double weight = update.weight();
        Map<String, Double> metrics = update.metrics();
        if (!Double.isFinite(weight)) {
            return new Refused<>(Reason.NOT_FINITE, "its weight is " + weight);
        }
        if (weight <= 0 || weight > limits.mostWeight()) {
            return new Refused<>(
                    Reason.WEIGHT_OUT_OF_RANGE,
                    "its weight is " + weight + ", which is not above 0 and at most " + limits.mostWeight());
        }
        if (metrics.size() > limits.mostMetrics()) {
            return new Refused<>(
                    Reason.TOO_LARGE, "it has " + metrics.size() + " metrics of at most " + limits.mostMetrics());
        }
        if (!metrics.values().stream().allMatch(Double::isFinite)) {
            return new Refused<>(Reason.NOT_FINITE, "a metric is not a finite number");
        }
        return null;
    }

    private @Nullable Refused<Update> ofBase(Update update, long version) {
        if (update.baseVersion() < 0 || update.baseVersion() > version) {
            return new Refused<>(
                    Reason.UNKNOWN_BASE, "its base is version " + update.baseVersion() + ", the model's is " + version);
        }
        if (version - update.baseVersion() > limits.mostStaleness()) {
            return new Refused<>(
                    Reason.STALE,
                    "its base is version " + update.baseVersion() + ", the model's is " + version + "; at most "
                            + limits.mostStaleness() + " between them are taken");
        }
        return null;
    }

    private @Nullable Refused<Update> ofValues(Update update, @Nullable Parameters control) {
        if (!Vectors.finite(update.values().values()) || control != null && !Vectors.finite(control.values())) {
            return new Refused<>(Reason.NOT_FINITE, "a value is not a finite number");
        }
        if (update.kind() == Update.Kind.DELTA && limits.mostNorm() < Double.POSITIVE_INFINITY) {
            double norm = update.values().norm();
            if (norm > limits.mostNorm()) {
                return new Refused<>(
                        Reason.NORM_OUT_OF_RANGE, "its length is " + norm + ", at most " + limits.mostNorm());
            }
        }
        return null;
    }
}
