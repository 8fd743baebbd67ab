// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.replicas;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A replica as it last described itself.
 *
 * @param id its name
 * @param url where it answers
 * @param startedAt when it started
 * @param seenAt when its last report came here
 * @param stale whether it has been silent for too long
 * @param draining whether it takes no new work
 * @param device {@code cpu}, {@code cuda}, ...
 * @param memoryBytes resident memory in bytes
 * @param models what it serves
 */
public record Replica(
        String id,
        String url,
        Instant startedAt,
        Instant seenAt,
        boolean stale,
        boolean draining,
        String device,
        long memoryBytes,
        List<Model> models) {

    public Replica {
        models = List.copyOf(models);
    }

    /**
     * A model on a replica.
     *
     * @param name the model's name in the registry
     * @param version its version
     * @param state {@code loading}, {@code ready}, {@code failed} or {@code unloading}
     * @param contextLength tokens of prompt and answer together
     * @param slots sequences that fit
     * @param active sequences in them
     * @param parked sequences whose reader stalls
     * @param queued sequences that wait
     * @param tokensPerSecond over the last report
     * @param problem why it failed
     */
    public record Model(
            String name,
            String version,
            String state,
            int contextLength,
            int slots,
            int active,
            int parked,
            int queued,
            double tokensPerSecond,
            @Nullable String problem) {}
}
