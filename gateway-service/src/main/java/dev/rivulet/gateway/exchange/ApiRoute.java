// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * A bean that serves paths under {@code /v1} which are not passed on to a replica as they come. The key has been checked; a
 * failure becomes an error answer.
 */
public interface ApiRoute {

    /** For messages about what there is: such as {@code /v1/files}. */
    String path();

    /** Whether this path is served here: by itself {@link #path()} alone. */
    default boolean serves(String path) {
        return path.equals(path());
    }

    /** What may be done at this path. */
    Set<HttpMethod> methods(String path);

    /** Serves one request, whose method is one of {@link #methods}. */
    Mono<Void> handle(ServerWebExchange exchange);
}
