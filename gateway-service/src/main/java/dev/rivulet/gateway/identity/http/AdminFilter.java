// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.http;

import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.gateway.identity.Authentication;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.KeyRing;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemDetails;
import dev.rivulet.problems.ProblemException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * The control APIs under {@code /admin}: none is reached without a key that may, and every failure there is a problem document
 * (RFC 9457).
 */
final class AdminFilter implements WebFilter, Ordered {

    private static final Logger log = LoggerFactory.getLogger(AdminFilter.class);
    private static final String CALLER = AdminFilter.class.getName() + ".caller";
    private static final String ADMIN = "/admin";
    private static final int NOT_FOUND = 404;
    private static final int AFTER_ENTRY = Ordered.HIGHEST_PRECEDENCE + 20;

    private final KeyRing keys;
    private final Audit audit;
    private final JsonMapper json;

    AdminFilter(KeyRing keys, Audit audit, JsonMapper json) {
        this.keys = keys;
        this.audit = audit;
        this.json = json;
    }

    @Override
    public int getOrder() {
        return AFTER_ENTRY;
    }

    /** Who calls. */
    static Caller caller(ServerWebExchange exchange) {
        return exchange.getRequiredAttribute(CALLER);
    }

    /** The id that the gateway gave the request. */
    static String requestId(ServerWebExchange exchange) {
        String id = exchange.getResponse().getHeaders().getFirst("x-request-id");
        return id == null ? "-" : id;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String path = exchange.getRequest().getPath().value();
        if (!path.equals(ADMIN) && !path.startsWith(ADMIN + "/")) {
            return chain.filter(exchange);
        }
        HttpHeaders headers = exchange.getRequest().getHeaders();
        return keys.authenticate(headers.getFirst(HttpHeaders.AUTHORIZATION), headers.getFirst("x-api-key"))
                .flatMap(outcome -> {
                    admit(exchange, outcome, scope(path));
                    return chain.filter(exchange);
                })
                .onErrorResume(failure -> refuse(exchange, problem(failure)));
    }

    private static String scope(String path) {
        boolean ofKeys = path.equals(KeysHandler.PATH) || path.startsWith(KeysHandler.PATH + "/");
        return ofKeys ? Caller.KEYS_WRITE : Caller.ADMIN;
    }

    private void admit(ServerWebExchange exchange, Authentication outcome, String scope) {
        switch (outcome) {
            case Authentication.Refused(Problem problem) -> {
                audited(exchange, "-", problem);
                throw new ProblemException(problem);
            }
            case Authentication.Known(Caller caller) -> {
                if (!caller.may(scope)) {
                    Problem problem = Problem.of(
                            ProblemCode.INSUFFICIENT_SCOPE,
                            "This API key may not do that: it lacks the scope '" + scope + "'.");
                    audited(exchange, caller.name(), problem);
                    throw new ProblemException(problem);
                }
                exchange.getAttributes().put(CALLER, caller);
            }
        }
    }

    private void audited(ServerWebExchange exchange, String caller, Problem problem) {
        audit.refused(
                caller, problem.code().wire(), ADMIN, exchange.getRequest().getRemoteAddress(), requestId(exchange));
    }

    private Mono<Void> refuse(ServerWebExchange exchange, Problem problem) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return response.setComplete();
        }
        byte[] body = json.writeValueAsBytes(ProblemDetails.of(problem));
        response.setStatusCode(HttpStatusCode.valueOf(problem.code().status()));
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.parseMediaType(ProblemDetails.MEDIA_TYPE));
        headers.setContentLength(body.length);
        headers.setCacheControl("no-store");
        problem.retryAfterSeconds().ifPresent(seconds -> headers.set(HttpHeaders.RETRY_AFTER, seconds.toString()));
        if (problem.code() == ProblemCode.INVALID_API_KEY) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"rivulet\"");
        }
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    private static Problem problem(Throwable failure) {
        return switch (failure) {
            case ProblemException known -> known.problem();
            case IllegalArgumentException wrong ->
                Problem.of(ProblemCode.INVALID_VALUE, String.valueOf(wrong.getMessage()));
            case TimeoutException slow -> Problem.of(ProblemCode.DEADLINE_EXCEEDED, "The body did not arrive in time.");
            case ResponseStatusException status
            when status.getStatusCode().value() == NOT_FOUND ->
                Problem.of(
                        ProblemCode.NOT_FOUND,
                        "There is nothing at this path. This gateway has " + KeysHandler.PATH + ".");
            default -> {
                log.error("A control request failed by a fault of the gateway", failure);
                yield Problem.of(
                        ProblemCode.INTERNAL_ERROR,
                        "The gateway failed. Its log has the reason under the id of the header x-request-id.");
            }
        };
    }
}
