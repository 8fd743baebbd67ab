// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The way that requests over HTTP take, for a job. */
public interface Door {

    /**
     * Asks. Cancelling drops the request.
     *
     * @param allowed how long it may take
     * @return the head of the answer; or a failure where there was none
     */
    Mono<Reply> ask(Job job, Duration allowed);

    /**
     * The head of an answer, and its body to be read once.
     *
     * @param status HTTP status
     * @param retryAfter when to ask again, if it says so
     */
    record Reply(int status, String contentType, @Nullable Duration retryAfter, Flux<byte[]> body) {}
}
