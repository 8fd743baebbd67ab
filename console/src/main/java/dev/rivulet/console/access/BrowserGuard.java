// SPDX-License-Identifier: Apache-2.0
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

/** Sets the content policy of every response and refuses changes asked for by other sites' pages. */
@Order(Ordered.HIGHEST_PRECEDENCE)
class BrowserGuard implements WebFilter {

    private final ContentPolicy policy;
    private final String adminPath;
    private final JsonMapper json;

    BrowserGuard(ContentPolicy policy, String adminPath, JsonMapper json) {
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
        return SameSite.isForeign(request.getMethod(), request.getHeaders())
                ? refuse(response)
                : chain.filter(exchange);
    }

    private Mono<Void> refuse(ServerHttpResponse response) {
        response.setStatusCode(HttpStatus.FORBIDDEN);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        byte[] body = json.writeValueAsBytes(OpenAiError.of(
                Problem.of(ProblemCode.FORBIDDEN_ORIGIN, "This request came from another site's page.")));
        DataBuffer buffer = response.bufferFactory().wrap(body);
        return response.writeWith(Mono.just(buffer));
    }
}
