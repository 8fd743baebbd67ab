// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import reactor.core.publisher.Mono;

/** Whatever answers a request: a replica, or a step before one. */
@FunctionalInterface
public interface Answering {

    /**
     * Begins to answer. Cancelling drops the request, and the replica's work with it.
     *
     * @return the head of the answer, whose body is to be read or abandoned; or a failure with a
     *     {@link dev.rivulet.problems.ProblemException} where nothing was answered
     */
    Mono<Answer> answer(Ask ask);
}
