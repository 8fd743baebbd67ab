// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import java.time.Instant;
import reactor.core.publisher.Mono;

/** The way to the replicas. */
public interface JobChannel {

    /** Completes when the job is kept for sure; fails where that is not known. */
    Mono<Void> submit(JobRequest request, Instant submittedAt);

    /** Completes when the wish is kept for sure. */
    Mono<Void> cancel(String tenant, String id);

    /** As {@link #cancel}, and everybody forgets the job. */
    Mono<Void> forget(String tenant, String id);
}
