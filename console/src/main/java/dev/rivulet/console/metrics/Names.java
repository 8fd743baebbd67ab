// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.metrics;

import java.util.List;

/** Metrics that the pages show. What is asked for leaves out {@code _total}, {@code _bucket} and the like. */
final class Names {

    static final String REQUESTS = "rivulet_gateway_requests_total";
    static final String TTFT = "rivulet_gateway_ttft_seconds_bucket";
    static final String QUEUE = "rivulet_gateway_queue";
    static final String INFLIGHT = "rivulet_gateway_inflight";
    static final String ITL = "vllm:inter_token_latency_seconds_bucket";
    static final String TOKENS = "vllm:generation_tokens_total";
    static final String PROMPT_TOKENS = "vllm:prompt_tokens_total";
    static final String PREFIX_HITS = "vllm:prefix_cache_hits_total";
    static final String PREFIX_QUERIES = "vllm:prefix_cache_queries_total";
    static final String SLOTS = "rivulet_inference_slots";
    static final String ACTIVE = "rivulet_inference_slots_active";
    static final String PARKED = "rivulet_inference_slots_parked";
    static final String CACHED = "rivulet_inference_slots_cached";
    static final String WAITING = "rivulet_inference_queue";
    static final String OUTSTANDING = "rivulet_inference_outstanding_tokens";
    static final String STEPS = "rivulet_inference_step_seconds_count";
    static final String STEP_SECONDS = "rivulet_inference_step_seconds_sum";
    static final String READER_LAG = "rivulet_reader_lag";
    static final String OUTBOX_AGE = "rivulet_outbox_oldest_age_seconds";
    static final String DRIFT = "rivulet_topics_drift";
    static final String TOPIC_LAG = "kafka_consumer_fetch_manager_records_lag";

    /** As the registries of services know them. */
    static final String ASKED = String.join(
            ",",
            List.of(
                    "rivulet_gateway_requests",
                    "rivulet_gateway_ttft_seconds",
                    QUEUE,
                    INFLIGHT,
                    "vllm:inter_token_latency_seconds",
                    "vllm:generation_tokens",
                    "vllm:prompt_tokens",
                    "vllm:prefix_cache_hits",
                    "vllm:prefix_cache_queries",
                    SLOTS,
                    ACTIVE,
                    PARKED,
                    CACHED,
                    WAITING,
                    OUTSTANDING,
                    "rivulet_inference_step_seconds",
                    READER_LAG,
                    OUTBOX_AGE,
                    DRIFT,
                    TOPIC_LAG));

    private Names() {}
}
