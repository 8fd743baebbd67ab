package dev.rivulet.console.access;

import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Sets the content policy of every response and refuses requests made by other sites' pages. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class BrowserGuard implements WebFilter {

    private final SameSite sameSite;
    private final ContentPolicy policy;
    private final String adminPath;
    private final JsonMapper json;

    BrowserGuard(SameSite sameSite, ContentPolicy policy, String adminPath, JsonMapper json) {
        this.sameSite = sameSite;
        this.policy = policy;
        this.adminPath = adminPath;
        this.json = json;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        ServerHttpResponse response = exchange.getResponse();
        String path = request.getPath().value();
        response.getHeaders().set("Content-Security-Policy", policy.of(path, adminPath));
        response.getHeaders().set("X-Content-Type-Options", "nosniff");
        response.getHeaders().set("Referrer-Policy", "no-referrer");
        if (isForServices(path)) {
            return chain.filter(exchange);
        }
        String objection = sameSite.objection(request.getMethod(), request.getHeaders());
        return objection == null ? chain.filter(exchange) : refuse(response, objection);
    }

    private static boolean isForServices(String path) {
        return path.startsWith("/actuator/");
    }

    private Mono<Void> refuse(ServerHttpResponse response, String objection) {
        response.setStatusCode(HttpStatus.FORBIDDEN);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        byte[] body = json.writeValueAsBytes(OpenAiError.of(Problem.of(ProblemCode.INSUFFICIENT_SCOPE, objection)));
        DataBuffer buffer = response.bufferFactory().wrap(body);
        return response.writeWith(Mono.just(buffer));
    }
}
