// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import java.time.Instant;
import reactor.core.publisher.Mono;

/** The way to the replicas. */
public interface JobChannel {

    /**
     * Completes when the job is kept for sure; fails where that is not known.
     *
     * @param atGateway whether a step of the gateways answers it and no replica by itself
     */
    Mono<Void> submit(JobRequest request, Instant submittedAt, boolean atGateway);

    /** Completes when the wish is kept for sure. */
    Mono<Void> cancel(String tenant, String id);

    /** As {@link #cancel}, and everybody forgets the job. */
    Mono<Void> forget(String tenant, String id);
}
