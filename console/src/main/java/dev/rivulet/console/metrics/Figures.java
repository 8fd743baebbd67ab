// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The platform at one moment. Rates are over the last seconds, percentiles over the last half minute; of a window in which an instance
 * was not seen, nothing of it counts.
 *
 * @param at when the services were asked
 * @param requestsPerSecond that ended at gateways, of models
 * @param errorsPerSecond of those, neither {@code ok} nor cancelled by their caller
 * @param tokensPerSecond of answers, at replicas
 * @param promptTokensPerSecond of prompts, at replicas
 * @param ttft from the request to the first byte at gateways, seconds; null while there was none
 * @param itl between tokens at replicas, means of answers, seconds; null while there was none
 * @param queue requests that wait at gateways and sequences that wait at replicas
 * @param inflight requests that run at gateways
 * @param failures requests that failed within the window of percentiles, by the code of the error
 * @param services each instance that was asked
 * @param models each model of each replica
 * @param events how facts travel
 */
record Figures(
        Instant at,
        double requestsPerSecond,
        double errorsPerSecond,
        double tokensPerSecond,
        double promptTokensPerSecond,
        @Nullable Percentiles ttft,
        @Nullable Percentiles itl,
        long queue,
        long inflight,
        Map<String, Long> failures,
        List<Service> services,
        List<ModelAtReplica> models,
        Events events) {

    /**
     * An instance.
     *
     * @param problem why its metrics could not be read; null if they could
     */
    record Service(
            String service,
            String instance,
            boolean up,
            @Nullable String problem) {}

    /**
     * A model at a replica.
     *
     * @param cached slots that are kept for their prefix
     * @param outstandingTokens that are still to be made
     * @param prefixHitRatio share of prompt tokens that were in the prefix cache, within the window; null without prompts
     * @param batch sequences of a decode step, on the average of the window; null without steps
     * @param stepSeconds a decode step took, on the average of the window; null without steps
     */
    record ModelAtReplica(
            String replica,
            String model,
            long slots,
            long active,
            long parked,
            long cached,
            long queue,
            long outstandingTokens,
            @Nullable Double prefixHitRatio,
            @Nullable Double batch,
            @Nullable Double stepSeconds) {}

    /**
     * How facts travel.
     *
     * @param lags records that a service has not read yet, by topic
     * @param readers records that a reader for effect has not taken yet
     * @param outboxes age of the oldest fact that is not sent, seconds
     * @param drift settings of topics that are not as the catalogue says, by service
     */
    record Events(List<Lag> lags, Map<String, Long> readers, List<Outbox> outboxes, Map<String, Long> drift) {}

    /** Records of a topic that a service has not read yet, over its instances and partitions. */
    record Lag(String service, String topic, long records) {}

    /** The outbox of an instance. */
    record Outbox(String service, String instance, double oldestSeconds) {}
}
