// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.graph;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One stage as it is declared.
 *
 * @param name of its own in the graph
 * @param kind what it does: the name of a {@link Kind}
 * @param model whom it asks; null where its kind asks nobody
 * @param inputs by the name of the port: the stage or the input of the job whose value it takes
 * @param deadline from the moment at which its inputs are there until its value, or the first part of it, is; waiting for a
 *     place counts
 * @param fallback what stands in for it
 * @param output whether readers are told its value
 * @param concurrency how many jobs are in this stage at once, 1 to 10,000
 * @param queue how many more may wait for a place, 0 to 100,000
 */
public record StageSpec(
        String name,
        String kind,
        @Nullable String model,
        Map<String, String> inputs,
        Duration deadline,
        Fallback fallback,
        boolean output,
        int concurrency,
        int queue) {

    public StageSpec {
        Objects.requireNonNull(name);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(deadline);
        Objects.requireNonNull(fallback);
        inputs = Map.copyOf(inputs);
    }
}
