// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * What requests pass that are handed over to be answered later, and what their answers pass when they come, since neither passes a
 * {@link Step}. A bean where something is not to be asked or answered. Safe for use by many threads.
 */
@FunctionalInterface
public interface Screening {

    /** Everything passes. */
    Screening NONE = (caller, id, path, model, body) -> Mono.just(body);

    /**
     * A request as it may be handed over.
     *
     * @param caller the name of the API key
     * @param id what the audit calls the request
     * @param path the path at the replica, one of those of {@link Endpoint}
     * @param body the JSON body; never changed in place
     * @return the body, changed or not; or a {@link dev.rivulet.problems.ProblemException} with {@code content_policy_violation}
     */
    Mono<byte[]> screened(String caller, String id, String path, String model, byte[] body);

    /** What answers to a key pass now; empty where it is told everything as it comes. */
    default Optional<Screen> answers(String caller) {
        return Optional.empty();
    }

    /**
     * What the answers to one request pass. The same text passes in the same way as a whole and in events, however often. All its
     * methods fail with a {@link dev.rivulet.problems.ProblemException} where an answer can't be read or must not be told at all.
     */
    interface Screen {

        /** The events of one stream of chunks, from the first on. What is found is not told to anybody. */
        Dialect.Translation stream();

        /** A whole answer. What is found is not told to anybody. */
        byte[] whole(byte[] answer);

        /** The same, of whose findings the audit and the metrics hear. */
        Screen heard(String id, String model);
    }
}
