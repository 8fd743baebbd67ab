// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.replica;

import dev.rivulet.inference.execution.ServingModel;
import dev.rivulet.inference.execution.ServingModels;
import dev.rivulet.inference.scheduling.Occupancy;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Gauges of slots and queues, by model. Refreshed with every report. */
final class LoadMetrics {

    private final ServingModels models;
    private final List<Measure> measures;

    private record Measure(MultiGauge gauge, String label, ToDoubleFunction<Occupancy> value) {}

    LoadMetrics(MeterRegistry meters, ServingModels models) {
        this.models = models;
        this.measures = List.of(
                measure(meters, "rivulet.inference.slots", "model", Occupancy::slots),
                measure(meters, "rivulet.inference.slots.active", "model", Occupancy::active),
                measure(meters, "rivulet.inference.slots.parked", "model", Occupancy::parked),
                measure(meters, "rivulet.inference.slots.cached", "model", Occupancy::cached),
                measure(meters, "rivulet.inference.queue", "model", Occupancy::waiting),
                measure(meters, "rivulet.inference.outstanding.tokens", "model", Occupancy::outstandingTokens),
                measure(meters, "vllm:num_requests_running", "model_name", Occupancy::active),
                measure(meters, "vllm:num_requests_waiting", "model_name", Occupancy::waiting));
    }

    private static Measure measure(MeterRegistry meters, String name, String label, ToDoubleFunction<Occupancy> value) {
        return new Measure(MultiGauge.builder(name).register(meters), label, value);
    }

    /**
     * Gives every model that serves now its gauges: the sums of its versions, where there is more than one. Known rows stay as they
     * are and are read when asked for: to replace them would double them for whoever reads meanwhile.
     */
    void refresh() {
        List<String> names =
                serving().map(model -> model.version().model()).distinct().toList();
        for (Measure measure : measures) {
            measure.gauge()
                    .register(
                            names.stream()
                                    .<Row<?>>map(name -> row(measure, name))
                                    .toList(),
                            false);
        }
    }

    private Row<?> row(Measure measure, String model) {
        return Row.of(Tags.of(measure.label(), model), () -> sum(measure, model));
    }

    private double sum(Measure measure, String model) {
        return serving()
                .filter(one -> one.version().model().equals(model))
                .mapToDouble(one -> measure.value().applyAsDouble(one.load().occupancy()))
                .sum();
    }

    private Stream<ServingModel> serving() {
        return Stream.concat(models.all().stream(), models.beside().stream());
    }
}
