// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers with an error. The answer goes out at once; then what the caller still sends is thrown away for a moment, because a
 * connection closed under him would take the answer with it.
 */
final class ErrorWriter {

    private final ErrorBodies bodies;
    private final BodyBudget budget;

    ErrorWriter(ErrorBodies bodies, BodyBudget budget) {
        this.bodies = bodies;
        this.budget = budget;
    }

    Mono<Void> write(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        Passage passage = Passage.of(exchange);
        if (response.isCommitted()) {
            passage.outcome("broken");
            return Mono.error(failure);
        }
        Problem problem = bodies.problem(failure);
        passage.outcome(problem.code().wire());
        byte[] body = bodies.body(problem, passage);
        response.setStatusCode(HttpStatusCode.valueOf(problem.code().status()));
        headers(response.getHeaders(), problem, body.length);
        passage.sent(body.length);
        DataBuffer buffer = response.bufferFactory().wrap(body);
        return response.writeWith(
                Flux.concat(Mono.just(buffer), drained(exchange).then(Mono.empty())));
    }

    private static void headers(HttpHeaders headers, Problem problem, int length) {
        headers.setContentType(MediaType.APPLICATION_JSON);
        headers.setContentLength(length);
        headers.setCacheControl("no-store");
        problem.retryAfterSeconds().ifPresent(seconds -> headers.set(HttpHeaders.RETRY_AFTER, seconds.toString()));
        if (problem.code() == ProblemCode.INVALID_API_KEY) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"rivulet\"");
        }
        if (problem.code() == ProblemCode.REQUEST_TOO_LARGE || problem.code() == ProblemCode.DEADLINE_EXCEEDED) {
            headers.set(HttpHeaders.CONNECTION, "close");
        }
    }

    private Mono<Void> drained(ServerWebExchange exchange) {
        @Nullable BodyCollector begun = exchange.getAttribute(BodyCollector.ATTRIBUTE);
        if (begun != null) {
            return begun.drained();
        }
        ServerHttpRequest request = exchange.getRequest();
        HttpHeaders headers = request.getHeaders();
        if (headers.getContentLength() <= 0 && !headers.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
            return Mono.empty();
        }
        BodyCollector discarding = BodyCollector.discarding(budget);
        request.getBody().subscribe(discarding);
        return discarding.drained();
    }
}
