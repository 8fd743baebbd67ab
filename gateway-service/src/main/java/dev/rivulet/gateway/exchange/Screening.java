package dev.rivulet.gateway.exchange;

import reactor.core.publisher.Mono;

/**
 * What requests pass that are handed over to be answered later, and so pass no {@link Step}. A bean where something is not to be
 * asked or answered. Safe for use by many threads.
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
}
