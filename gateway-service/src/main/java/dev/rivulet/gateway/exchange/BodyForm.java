// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import java.util.OptionalLong;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;

/** A bean that takes the body of a request for a model in another form than JSON, and makes JSON of it. */
public interface BodyForm {

    /** Whether it takes bodies of that type at that path. */
    boolean takes(String path, MediaType type);

    /**
     * The body as a replica takes it.
     *
     * @param request for its headers and its query; its body has been read
     * @param body within the limits of this gateway
     * @return fails with a {@link dev.rivulet.problems.ProblemException} where it is not of its form
     */
    Mono<byte[]> json(ServerHttpRequest request, byte[] body);

    /** As {@link #json}, with what the request counts for where its length does not tell. */
    default Mono<Taken> take(ServerHttpRequest request, byte[] body) {
        return json(request, body).map(json -> new Taken(json, OptionalLong.empty()));
    }

    /**
     * A body as a replica takes it.
     *
     * @param json one JSON object in UTF-8
     * @param tokens what it counts for in budgets and in the choice of a replica; empty where its length tells
     */
    record Taken(byte[] json, OptionalLong tokens) {}
}
