// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.web.server.ServerWebExchange;

/** The id of a request: the caller's, where it is harmless, or a new one. Opaque: never a key or an address. */
final class RequestId {

    static final String HEADER = "x-request-id";

    /** The key in the Reactor context and in log lines. */
    static final String KEY = "requestId";

    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private RequestId() {}

    static String of(ServerWebExchange exchange) {
        String known = exchange.getAttribute(KEY);
        return known != null ? known : assign(exchange);
    }

    static String assign(ServerWebExchange exchange) {
        String given = exchange.getRequest().getHeaders().getFirst(HEADER);
        String id = given != null && HARMLESS.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
        exchange.getAttributes().put(KEY, id);
        exchange.getResponse().getHeaders().set(HEADER, id);
        return id;
    }
}
