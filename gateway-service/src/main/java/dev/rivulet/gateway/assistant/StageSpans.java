// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.graph.Outcome;
import dev.rivulet.graph.StageSpec;
import dev.rivulet.graph.StageWatch;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A span and a time for every stage, below the span of its request. The metric is {@code rivulet.assistant.stage}. */
final class StageSpans implements StageWatch {

    private static final String NAME = "rivulet.assistant.stage";

    private final ObservationRegistry registry;
    private final Map<String, Observation> parents = new ConcurrentHashMap<>();

    StageSpans(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** Stages of this job lie below this span, until it is {@link #closed}. */
    void opened(String job, Observation parent) {
        parents.put(job, parent);
    }

    void closed(String job) {
        parents.remove(job);
    }

    @Override
    public Watched began(String job, StageSpec stage) {
        Observation observation = Observation.createNotStarted(NAME, registry)
                .contextualName("assistant " + stage.name())
                .lowCardinalityKeyValue("stage", stage.name())
                .lowCardinalityKeyValue("outcome", "running")
                .highCardinalityKeyValue("job", job)
                .parentObservation(parents.get(job))
                .start();
        return outcome -> ended(observation, outcome);
    }

    private static void ended(Observation observation, Outcome outcome) {
        observation.getContext().addLowCardinalityKeyValue(KeyValue.of("outcome", outcome.word()));
        observation.stop();
    }
}
