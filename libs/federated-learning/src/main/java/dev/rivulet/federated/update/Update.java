// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.update;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one device learnt in one round. It may hold anything that a device can send: {@link UpdateCheck} judges it.
 *
 * @param device pseudonym of the device; unique in a round
 * @param kind what {@code values} are
 * @param values a difference to the base, or the model after training
 * @param control SCAFFOLD's change of the device's control variate; null under every other strategy
 * @param weight number of examples
 * @param baseVersion version of the model that the device began with
 * @param metrics by name; {@link #LOSS_BEFORE} is known
 */
public record Update(
        String device,
        Kind kind,
        Parameters values,
        @Nullable Parameters control,
        double weight,
        long baseVersion,
        Map<String, Double> metrics) {

    /** Metric: mean loss of the base model on the device's examples, which q-FedAvg needs. */
    public static final String LOSS_BEFORE = "loss-before";

    /** Metric: mean loss after training. */
    public static final String LOSS_AFTER = "loss-after";

    /** What the values of an update are. */
    public enum Kind {
        /** The model after training, minus the base. */
        DELTA,
        /** The model after training. */
        RESULT
    }

    public Update {
        metrics = Map.copyOf(metrics);
    }

    /** A difference to the base. */
    public static Update delta(String device, Parameters delta, double weight, long baseVersion) {
        return new Update(device, Kind.DELTA, delta, null, weight, baseVersion, Map.of());
    }

    /** A model after training. */
    public static Update result(String device, Parameters model, double weight, long baseVersion) {
        return new Update(device, Kind.RESULT, model, null, weight, baseVersion, Map.of());
    }

    /** The same with a control variate's change. */
    public Update withControl(Parameters change) {
        return new Update(device, kind, values, change, weight, baseVersion, metrics);
    }

    /** The same with other metrics. */
    public Update withMetrics(Map<String, Double> others) {
        return new Update(device, kind, values, control, weight, baseVersion, others);
    }

    /** The same with other values, which are a difference. */
    public Update withDelta(Parameters delta) {
        return new Update(device, Kind.DELTA, delta, control, weight, baseVersion, metrics);
    }

    /** A metric, if the device sent it. */
    public Optional<Double> metric(String name) {
        return Optional.ofNullable(metrics.get(name));
    }
}
