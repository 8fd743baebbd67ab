// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.io.IOException;
import java.time.Duration;

/**
 * The store of the blobs can't be reached or refuses. A caller is told {@code store_unavailable}; the reason is for those who run
 * the registry: its message goes to the log and into the health.
 */
public final class StoreUnavailableException extends IOException {

    private static final long serialVersionUID = 1L;
    private static final Duration LATER = Duration.ofSeconds(5);

    /** @param reason what is wrong and where, without a secret */
    public StoreUnavailableException(String reason, Throwable cause) {
        super(
                reason,
                new ProblemException(
                        Problem.of(
                                        ProblemCode.STORE_UNAVAILABLE,
                                        "The registry can't reach the store of its blobs; try again.")
                                .retryAfter(LATER),
                        cause));
    }
}
