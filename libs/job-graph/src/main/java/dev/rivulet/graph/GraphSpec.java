// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A graph as it is declared.
 *
 * @param name for messages and metrics
 * @param inputs what a job brings: name and type
 * @param stages in any order
 * @param deadline of a whole job; after it stages are cut off, and only fallbacks run
 * @param grace how long fallbacks may take after that
 */
public record GraphSpec(
        String name, Map<String, String> inputs, List<StageSpec> stages, Duration deadline, Duration grace) {

    public GraphSpec {
        Objects.requireNonNull(name);
        Objects.requireNonNull(deadline);
        Objects.requireNonNull(grace);
        inputs = Map.copyOf(inputs);
        stages = List.copyOf(stages);
    }
}
