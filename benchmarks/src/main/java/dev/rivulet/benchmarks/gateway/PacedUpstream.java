// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A server in OpenAI's form that does no work: it answers at once, or streams events at a set pace, each with the time at which
 * it was sent as its content.
 */
final class PacedUpstream implements AutoCloseable {

    static final String MODEL = "paced";
    private static final Duration START = Duration.ofSeconds(10);
    private static final String STREAM = "\"stream\":true";

    private static final String WHOLE =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"" + MODEL
                    + "\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"ok\"},\"logprobs\":null,"
                    + "\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
    private static final String MODELS = "{\"object\":\"list\",\"data\":[{\"id\":\"" + MODEL
            + "\",\"object\":\"model\",\"created\":1,\"owned_by\":\"bench\"}]}";

    private final LongSupplier nanos;
    private final DisposableServer server;
    private volatile Pace pace = new Pace(1, Duration.ZERO, Duration.ZERO);

    /** @param nanos the clock that stamps events */
    PacedUpstream(LongSupplier nanos) {
        this.nanos = nanos;
        this.server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.get("/v1/models", (request, response) -> json(response, MODELS))
                        .post("/v1/chat/completions", this::chat))
                .bindNow(START);
    }

    int port() {
        return server.port();
    }

    /** Streams that begin from now on have this pace. */
    void pace(Pace next) {
        pace = next;
    }

    @Override
    public void close() {
        server.disposeNow(START);
    }

    private Publisher<Void> chat(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asString(StandardCharsets.UTF_8)
                .flatMap(body ->
                        Mono.from(body.replace(" ", "").contains(STREAM) ? stream(response) : json(response, WHOLE)));
    }

    private Publisher<Void> stream(HttpServerResponse response) {
        Pace now = pace;
        Flux<String> contents = Flux.interval(
                        Duration.ZERO, now.interval().isZero() ? Duration.ofNanos(1) : now.interval())
                .onBackpressureDrop()
                .take(now.events())
                .map(tick -> chunk("{\"content\":\"" + nanos.getAsLong() + "\"}", "null"));
        Flux<ByteBuf> events = Flux.concat(
                        Mono.fromSupplier(() -> chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null")),
                        contents,
                        Mono.fromSupplier(() -> chunk("{}", "\"stop\"") + "data: [DONE]\n\n")
                                .delaySubscription(now.then()))
                .map(text -> Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.US_ASCII)));
        return response.sse().send(events, buffer -> true);
    }

    private static Publisher<Void> json(HttpServerResponse response, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        return response.header("content-type", "application/json")
                .header("content-length", Integer.toString(bytes.length))
                .send(Mono.just(Unpooled.wrappedBuffer(bytes)));
    }

    private static String chunk(String delta, String finish) {
        return "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"" + MODEL
                + "\",\"choices\":[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}\n\n";
    }
}
