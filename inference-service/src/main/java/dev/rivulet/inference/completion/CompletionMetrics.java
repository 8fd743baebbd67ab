// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;

/** Times of the stages that the HTTP side adds. */
final class CompletionMetrics {

    private final MeterRegistry meters;

    CompletionMetrics(MeterRegistry meters) {
        this.meters = meters;
    }

    /** @param bodies bytes of request bodies in memory */
    void watch(LongSupplier bodies) {
        Gauge.builder("rivulet.inference.bodies", bodies::getAsLong)
                .baseUnit("bytes")
                .description("Request bodies in memory")
                .register(meters);
    }

    void answered(String model, StageTiming timing) {
        timing.stages().forEach((stage, duration) -> {
            if (stage.equals("tokenise") || stage.equals("postprocess")) {
                meters.timer("rivulet.inference.stage", "model", model, "stage", stage)
                        .record(duration);
            }
        });
    }
}
