// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.edge;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemDetails;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Answers every failure as {@code application/problem+json}; what is the registry's own fault is also logged. */
@Component
@Order(-2)
final class ProblemHandler implements ErrorWebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    private final JsonMapper json;

    ProblemHandler(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(failure);
        }
        Problem problem = Problems.of(failure);
        if (problem.code().status() >= 500) {
            log.error(
                    "{} {} failed",
                    exchange.getRequest().getMethod(),
                    exchange.getRequest().getPath(),
                    failure);
        }
        problem.retryAfterSeconds()
                .ifPresent(seconds -> response.getHeaders().set(HttpHeaders.RETRY_AFTER, seconds.toString()));
        if (MlflowError.isFor(exchange.getRequest().getPath().value())) {
            MlflowError error = MlflowError.of(problem);
            return write(response, error.status(), MediaType.APPLICATION_JSON, error.body());
        }
        HubErrorCodes.of(problem).ifPresent(code -> response.getHeaders().set(HubErrorCodes.HEADER, code));
        return write(response, problem.code().status(), MediaType.APPLICATION_PROBLEM_JSON, ProblemDetails.of(problem));
    }

    private Mono<Void> write(ServerHttpResponse response, int status, MediaType type, Object body) {
        response.setStatusCode(HttpStatusCode.valueOf(status));
        response.getHeaders().setContentType(type);
        DataBuffer bytes = response.bufferFactory().wrap(json.writeValueAsBytes(body));
        return response.writeWith(Mono.just(bytes));
    }
}
