// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.mcp;

import dev.rivulet.gateway.identity.Audit;
import dev.rivulet.gateway.identity.Authentication;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.KeyRing;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemDetails;
import java.util.Optional;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Nobody reaches {@code /mcp} without a key that may look at the platform or roll versions out. */
final class McpDoor implements WebFilter, Ordered {

    static final String PATH = "/mcp";
    static final String CALLER = McpDoor.class.getName() + ".caller";
    static final String REQUEST = McpDoor.class.getName() + ".request";

    private static final int AFTER_ENTRY = Ordered.HIGHEST_PRECEDENCE + 20;
    private static final String FOR_PEOPLE = "Make one with `./rivulet keys create NAME --scope " + Caller.PLATFORM_READ
            + "," + Caller.ROLLOUTS_WRITE + "`.";

    private final KeyRing keys;
    private final Audit audit;
    private final JsonMapper json;

    McpDoor(KeyRing keys, Audit audit, JsonMapper json) {
        this.keys = keys;
        this.audit = audit;
        this.json = json;
    }

    @Override
    public int getOrder() {
        return AFTER_ENTRY;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String path = exchange.getRequest().getPath().value();
        if (!path.equals(PATH)) {
            return chain.filter(exchange);
        }
        HttpHeaders headers = exchange.getRequest().getHeaders();
        return keys.authenticate(headers.getFirst(HttpHeaders.AUTHORIZATION), headers.getFirst("x-api-key"))
                .flatMap(outcome -> problem(exchange, outcome)
                        .map(problem -> refuse(exchange, problem))
                        .orElseGet(() -> chain.filter(exchange)));
    }

    private Optional<Problem> problem(ServerWebExchange exchange, Authentication outcome) {
        return switch (outcome) {
            case Authentication.Refused(Problem problem) -> {
                audited(exchange, "-", problem);
                yield Optional.of(problem);
            }
            case Authentication.Known(Caller caller) -> {
                exchange.getAttributes().put(CALLER, caller);
                exchange.getAttributes().put(REQUEST, requestId(exchange));
                if (caller.may(Caller.PLATFORM_READ) || caller.may(Caller.ROLLOUTS_WRITE)) {
                    yield Optional.empty();
                }
                Problem problem = Problem.of(
                        ProblemCode.INSUFFICIENT_SCOPE,
                        "This API key may use no tool: it lacks the scopes '" + Caller.PLATFORM_READ + "' and '"
                                + Caller.ROLLOUTS_WRITE + "'. " + FOR_PEOPLE);
                audited(exchange, caller.name(), problem);
                yield Optional.of(problem);
            }
        };
    }

    private static String requestId(ServerWebExchange exchange) {
        String id = exchange.getResponse().getHeaders().getFirst("x-request-id");
        return id == null ? "-" : id;
    }

    private void audited(ServerWebExchange exchange, String caller, Problem problem) {
        audit.refused(
                caller, problem.code().wire(), PATH, exchange.getRequest().getRemoteAddress(), requestId(exchange));
    }

    private Mono<Void> refuse(ServerWebExchange exchange, Problem problem) {
        ServerHttpResponse response = exchange.getResponse();
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
}
