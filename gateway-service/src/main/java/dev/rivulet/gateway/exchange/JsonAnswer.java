// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Writes a JSON answer that the gateway made itself. */
public final class JsonAnswer {

    private JsonAnswer() {}

    public static Mono<Void> write(ServerWebExchange exchange, HttpStatus status, byte[] body) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        response.getHeaders().setCacheControl("no-store");
        Passage.of(exchange).sent(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }
}
