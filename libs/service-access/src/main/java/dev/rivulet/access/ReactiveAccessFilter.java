// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import dev.rivulet.access.AccessRules.Call;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Puts {@link AccessRules} in front of a WebFlux service. */
final class ReactiveAccessFilter implements WebFilter, Ordered {

    private final AccessRules rules;

    ReactiveAccessFilter(AccessRules rules) {
        this.rules = rules;
    }

    @Override
    public int getOrder() {
        return AccessAutoConfiguration.FILTER_ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        HttpHeaders headers = request.getHeaders();
        String path = request.getPath().value();
        Call call = new Call(
                path,
                headers.getFirst(HttpHeaders.HOST),
                headers.getFirst(HttpHeaders.ORIGIN),
                headers.getFirst(HttpHeaders.AUTHORIZATION));
        return rules.objection(call)
                .map(problem -> refuse(exchange.getResponse(), Refusal.of(problem, path)))
                .orElseGet(() -> chain.filter(exchange));
    }

    private static Mono<Void> refuse(ServerHttpResponse response, Refusal refusal) {
        response.setStatusCode(HttpStatusCode.valueOf(refusal.status()));
        refusal.headers(response.getHeaders()::set);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(refusal.body())));
    }
}
