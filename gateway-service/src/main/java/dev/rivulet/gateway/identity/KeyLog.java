// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity;

import reactor.core.publisher.Mono;

/** Where the changes of keys are kept, for every gateway to read. */
public interface KeyLog {

    /**
     * Keeps the new state of a key.
     *
     * @return completes when it can't be lost any more; fails with a {@link dev.rivulet.problems.ProblemException} with
     *     {@code keys_unavailable} if that is not known in time
     */
    Mono<Void> append(ApiKey key);

    /** Whether everything has been read that was there when this gateway started. */
    boolean caughtUp();
}
