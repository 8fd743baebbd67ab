// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A server of another make, without a model, that has slots: so many chats run at once, each for the same time, the others wait in
 * one line, whoever sent them; it tells how long one waited as the stage {@code queue} of {@code Server-Timing}, as a replica of Rivulet's does.
 */
final class SlotReplica implements Overloaded {

    private static final Duration START = Duration.ofSeconds(10);
    private static final Duration PREFILL = Duration.ofMillis(50);
    private static final Duration TOKEN = Duration.ofMillis(20);
    private static final int TOKENS = 10;

    /** The time of one answer in its slot. */
    static final Duration SERVICE = PREFILL.plus(TOKEN.multipliedBy(TOKENS - 1));

    private final int slots;
    private final LongSupplier nanos;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final DisposableServer server;
    private int busy;

    /** @param nanos a monotonic clock */
    SlotReplica(int slots, LongSupplier nanos) {
        this.slots = slots;
        this.nanos = nanos;
        this.server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.get(
                                "/v1/models",
                                (request, response) -> json(
                                        response,
                                        "{\"object\":\"list\",\"data\":[{\"id\":\"" + PacedUpstream.MODEL + "\"}]}"))
                        .post("/v1/chat/completions", this::chat))
                .bindNow(START);
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + server.port() + "/v1";
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public boolean knowsKeys() {
        return false;
    }

    @Override
    public void close() {
        server.disposeNow(START);
    }

    private Publisher<Void> chat(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asString(StandardCharsets.US_ASCII).flatMap(body -> {
            if (!body.contains("\"stream\":true")) {
                return json(response, "{\"choices\":[]}");
            }
            long came = nanos.getAsLong();
            return Mono.usingWhen(
                    slot(), slot -> answer(response, nanos.getAsLong() - came), slot -> Mono.fromRunnable(this::leave));
        });
    }

    private static Mono<Void> answer(HttpServerResponse response, long queued) {
        return Mono.delay(PREFILL)
                .then(Mono.defer(() -> response.sse()
                        .header("server-timing", String.format(Locale.ROOT, "queue;dur=%.3f", queued / 1e6))
                        .send(events(), bytes -> true)
                        .then()));
    }

    private static Mono<Void> json(HttpServerResponse response, String body) {
        return response.header("content-type", "application/json")
                .sendString(Mono.just(body))
                .then();
    }

    private static Flux<ByteBuf> events() {
        Flux<String> tokens = Flux.interval(Duration.ZERO, TOKEN)
                .take(TOKENS)
                .map(tick -> "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"word \"}}]}");
        return Flux.concat(
                        tokens,
                        Flux.just("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}", "[DONE]"))
                .map(data -> Unpooled.wrappedBuffer(("data: " + data + "\n\n").getBytes(StandardCharsets.US_ASCII)));
    }

    private Mono<Boolean> slot() {
        return Mono.create(sink -> {
            Runnable begin = () -> sink.success(true);
            sink.onCancel(() -> forget(begin));
            enter(begin);
        });
    }

    private synchronized void enter(Runnable begin) {
        if (busy < slots) {
            busy++;
            begin.run();
        } else {
            waiting.add(begin);
        }
    }

    private synchronized void forget(Runnable begin) {
        waiting.remove(begin);
    }

    private synchronized void leave() {
        Runnable next = waiting.poll();
        if (next == null) {
            busy--;
        } else {
            next.run();
        }
    }
}
