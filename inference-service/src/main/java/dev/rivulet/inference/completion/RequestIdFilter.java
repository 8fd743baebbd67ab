// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import io.micrometer.context.ContextRegistry;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives every request its id, and every log line of the request too. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 5)
class RequestIdFilter implements WebFilter {

    RequestIdFilter() {
        ContextRegistry.getInstance()
                .registerThreadLocalAccessor(
                        RequestId.KEY,
                        () -> MDC.get(RequestId.KEY),
                        id -> MDC.put(RequestId.KEY, id),
                        () -> MDC.remove(RequestId.KEY));
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String id = RequestId.assign(exchange);
        return chain.filter(exchange).contextWrite(context -> context.put(RequestId.KEY, id));
    }
}
