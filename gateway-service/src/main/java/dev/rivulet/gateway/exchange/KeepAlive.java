// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/** Server-sent events that the gateway tells itself, on a connection that is kept open where none comes for long. */
public final class KeepAlive {

    public static final String LAST_EVENT_ID = "Last-Event-ID";
    public static final String LAST_EVENT_ID_IN_QUERY = "last_event_id";

    private static final String PING = ": ping\n\n";

    private KeepAlive() {}

    /** Writes whole events, at the pace of the reader. */
    public static Mono<Void> events(ServerWebExchange exchange, Flux<String> events, Duration ping) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        response.getHeaders().setCacheControl("no-store");
        response.getHeaders().set("X-Accel-Buffering", "no");
        Passage passage = Passage.of(exchange);
        DataBufferFactory buffers = response.bufferFactory();
        return response.writeAndFlushWith(between(events, ping, () -> PING)
                .map(event -> event.getBytes(StandardCharsets.UTF_8))
                .doOnNext(bytes -> passage.sent(bytes.length))
                .map(bytes -> Mono.<DataBuffer>just(buffers.wrap(bytes))));
    }

    /** The events, and something else now and then. */
    public static <T> Flux<T> between(Flux<T> events, Duration ping, Supplier<T> keepAlive) {
        Flux<Signal<T>> pings = Flux.interval(ping).onBackpressureDrop().map(tick -> Signal.next(keepAlive.get()));
        return Flux.merge(1, events.materialize(), pings).dematerialize();
    }
}
