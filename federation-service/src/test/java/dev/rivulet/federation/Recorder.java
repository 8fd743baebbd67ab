// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Keeps a copy of every byte that devices send to the service, in the order in which it comes, while it is on. */
@Component
class Recorder implements WebFilter {

    private final List<byte[]> parts = new CopyOnWriteArrayList<>();
    private volatile boolean on;

    void begin() {
        parts.clear();
        on = true;
    }

    List<byte[]> end() {
        on = false;
        return List.copyOf(parts);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!on) {
            return chain.filter(exchange);
        }
        ServerHttpRequest recorded = new ServerHttpRequestDecorator(exchange.getRequest()) {
            @Override
            public Flux<DataBuffer> getBody() {
                return super.getBody().collectList().flatMapMany(Recorder.this::kept);
            }
        };
        return chain.filter(exchange.mutate().request(recorded).build());
    }

    private Flux<DataBuffer> kept(List<DataBuffer> buffers) {
        int size = buffers.stream().mapToInt(DataBuffer::readableByteCount).sum();
        byte[] all = new byte[size];
        int at = 0;
        for (DataBuffer buffer : buffers) {
            int count = buffer.readableByteCount();
            buffer.toByteBuffer(0, java.nio.ByteBuffer.wrap(all), at, count);
            at += count;
        }
        parts.add(all);
        return Flux.fromIterable(buffers);
    }
}
