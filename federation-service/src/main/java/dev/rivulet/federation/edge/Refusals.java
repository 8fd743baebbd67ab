// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.edge;

import dev.rivulet.devices.ProtocolHeaders;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.devices.v1.Refusal;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemDetails;
import dev.rivulet.problems.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Answers every failure: devices with a {@link Refusal}, everybody else with {@code application/problem+json}. */
@Component
@Order(-2)
final class Refusals implements ErrorWebExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(Refusals.class);
    private static final String DEVICES = "/federation/";
    private static final int RETRY_MS = 500;

    private final JsonMapper json;
    private final Clock clock;
    private final MeterRegistry meters;

    Refusals(JsonMapper json, Clock clock, MeterRegistry meters) {
        this.json = json;
        this.clock = clock;
        this.meters = meters;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(failure);
        }
        String path = exchange.getRequest().getPath().value();
        return path.startsWith(DEVICES) ? toDevice(response, path, failure) : toPerson(response, path, failure);
    }

    private Mono<Void> toDevice(ServerHttpResponse response, String path, Throwable failure) {
        RefusedException refused = refused(failure);
        if (refused.code().status() >= 500) {
            log.error("{} failed", path, failure);
        }
        meters.counter("rivulet.federation.refusals", "reason", refused.code().wire())
                .increment();
        Refusal body = Refusal.newBuilder()
                .setCode(refused.code().wire())
                .setDetail(refused.detail())
                .setServerTimeMs(clock.millis())
                .setRetryAfterMs(refused.code().retryable() ? RETRY_MS : 0)
                .setOffset(refused.offset())
                .build();
        return write(
                response,
                refused.code().status(),
                MediaType.parseMediaType(ProtocolHeaders.PROTOBUF),
                body.toByteArray());
    }

    private static RefusedException refused(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof RefusedException refused) {
                return refused;
            }
            if (at instanceof DataBufferLimitException) {
                return new RefusedException(RefusalCode.TOO_LARGE, "the body is longer than one request may have");
            }
        }
        if (failure instanceof ResponseStatusException status
                && status.getStatusCode().is4xxClientError()) {
            return status.getStatusCode().value() == 404
                    ? new RefusedException(RefusalCode.NOT_FOUND, "nothing is at this path")
                    : new RefusedException(RefusalCode.MALFORMED, "the request is not understood");
        }
        return new RefusedException(RefusalCode.UNAVAILABLE, "the federation can't answer now; try again");
    }

    private Mono<Void> toPerson(ServerHttpResponse response, String path, Throwable failure) {
        Problem problem = problem(failure);
        if (problem.code().status() >= 500) {
            log.error("{} failed", path, failure);
        }
        return write(
                response,
                problem.code().status(),
                MediaType.APPLICATION_PROBLEM_JSON,
                json.writeValueAsBytes(ProblemDetails.of(problem)));
    }

    private static Problem problem(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            switch (at) {
                case ProblemException known -> {
                    return known.problem();
                }
                case JacksonException json -> {
                    return ofJson(json);
                }
                case DataAccessException _, TransactionException _ -> {
                    return Problem.of(
                            ProblemCode.DATABASE_UNAVAILABLE, "The federation can't reach its database; try again.");
                }
                default -> {}
            }
        }
        if (failure instanceof ResponseStatusException status
                && status.getStatusCode().is4xxClientError()) {
            return status.getStatusCode().value() == 404
                    ? Problem.of(ProblemCode.NOT_FOUND, "Nothing is at this path.")
                    : Problem.of(ProblemCode.INVALID_VALUE, "The request is not understood.");
        }
        return Problem.of(ProblemCode.INTERNAL_ERROR, "The federation failed; its log tells more.");
    }

    /** What our own records say of a value is for the caller; what the parser says is not. */
    private static Problem ofJson(JacksonException json) {
        for (Throwable at = json; at != null; at = at.getCause()) {
            if (at instanceof IllegalArgumentException ours) {
                return Problem.of(ProblemCode.INVALID_VALUE, String.valueOf(ours.getMessage()));
            }
        }
        return Problem.of(ProblemCode.INVALID_JSON, "The body is not the JSON object this path expects.");
    }

    private static Mono<Void> write(ServerHttpResponse response, int status, MediaType type, byte[] body) {
        response.setStatusCode(HttpStatusCode.valueOf(status));
        response.getHeaders().setContentType(type);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}
