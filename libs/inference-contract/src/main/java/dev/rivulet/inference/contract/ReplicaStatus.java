// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code GET /internal/replica}: the fields of the Kafka record {@code inference.replica.status} under the same
 * names.
 *
 * @param replica its id
 * @param url where it answers
 * @param sequence grows by one with every report since {@code started_at}
 * @param startedAt ISO 8601, UTC
 * @param reportedAt ISO 8601, UTC
 * @param draining whether it takes no new work
 * @param device such as {@code cpu}
 * @param memoryBytes of weights and KV caches
 */
public record ReplicaStatus(
        String replica,
        String url,
        long sequence,
        @JsonProperty("started_at") String startedAt,
        @JsonProperty("reported_at") String reportedAt,
        boolean draining,
        String device,
        @JsonProperty("memory_bytes") long memoryBytes,
        List<Served> models) {

    /**
     * One version of one model.
     *
     * @param state {@code LOADING}, {@code READY}, {@code FAILED} or {@code UNLOADING}
     * @param capabilities {@code CHAT}, {@code COMPLETION}, {@code EMBEDDINGS}, {@code RERANK}, {@code CLASSIFY}
     * @param problem why the state is {@code FAILED}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Served(
            String model,
            String version,
            String state,
            List<String> capabilities,
            @JsonProperty("context_length") int contextLength,
            int slots,
            @JsonProperty("slots_active") int slotsActive,
            @JsonProperty("slots_parked") int slotsParked,
            int queued,
            @JsonProperty("outstanding_tokens") long outstandingTokens,
            @JsonProperty("tokens_per_second") double tokensPerSecond,
            @Nullable String problem) {}
}
