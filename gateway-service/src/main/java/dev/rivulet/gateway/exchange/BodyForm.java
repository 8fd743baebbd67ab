package dev.rivulet.gateway.exchange;

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
}
