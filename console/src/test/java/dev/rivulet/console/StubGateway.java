// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A gateway whose answer the test writes frame by frame. */
public final class StubGateway implements AutoCloseable {

    /** A chat that arrived, and the way to answer it. */
    public static final class Chat {
        private final String body;
        private final HttpHeaders headers;
        private final Sinks.Many<String> frames = Sinks.many().unicast().onBackpressureBuffer();
        private volatile boolean left;

        private Chat(String body, HttpHeaders headers) {
            this.body = body;
            this.headers = headers;
        }

        public String body() {
            return body;
        }

        public String header(String name) {
            return String.valueOf(headers.get(name));
        }

        /** Sends one token. */
        public Chat token(String text) {
            return frame("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":" + quoted(text)
                    + "},\"finish_reason\":null}]}\n\n");
        }

        /** Sends anything. */
        public Chat frame(String frame) {
            frames.emitNext(frame, Sinks.EmitFailureHandler.FAIL_FAST);
            return this;
        }

        /** Sends the finish reason, the usage, the stage times and {@code [DONE]}. */
        public void done(int tokens) {
            frame("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
            frame("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":" + tokens
                    + ",\"total_tokens\":" + (tokens + 5) + "}}\n\n");
            frame(": server-timing queue;dur=1.2, prefill;dur=8, decode;dur=21.5\n\n");
            frame(": server-timing-gateway ingress;dur=0.4, auth;dur=0.1\n\n");
            frame("data: [DONE]\n\n");
            end();
        }

        public void end() {
            frames.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
        }

        /** Whether the reader closed the connection before the end. */
        public boolean left() {
            return left;
        }

        private static String quoted(String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
        }
    }

    private final List<Chat> chats = new CopyOnWriteArrayList<>();
    private final AtomicInteger taken = new AtomicInteger();
    private final DisposableServer server;

    public StubGateway() {
        server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .route(routes -> routes.get("/v1/models", (request, response) -> models(response))
                        .get("/admin/keys", (request, response) -> keys(response))
                        .post("/v1/chat/completions", this::chat))
                .bindNow();
    }

    public String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** Waits for the next chat. */
    public Chat next() {
        await().atMost(Duration.ofSeconds(20)).until(() -> chats.size() > taken.get());
        return chats.get(taken.getAndIncrement());
    }

    private static Publisher<Void> models(HttpServerResponse response) {
        return response.header("content-type", "application/json")
                .sendString(Mono.just("{\"object\":\"list\",\"data\":[{\"id\":\"building-chat\",\"object\":\"model\"},"
                        + "{\"id\":\"other\",\"object\":\"model\"}]}"));
    }

    private static Publisher<Void> keys(HttpServerResponse response) {
        return response.header("content-type", "application/json")
                .sendString(Mono.just("{\"keys\":[{\"id\":\"key_1\",\"name\":\"kiosk\",\"status\":\"active\","
                        + "\"scopes\":[\"inference\"],\"priority\":\"normal\",\"limits\":{},"
                        + "\"created_at\":\"2026-11-01T09:00:00Z\",\"created_by\":\"operator\"}]}"));
    }

    private Publisher<Void> chat(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asString(StandardCharsets.UTF_8).flatMap(body -> {
            Chat chat = new Chat(body, request.requestHeaders());
            chats.add(chat);
            Flux<ByteBuf> frames = chat.frames
                    .asFlux()
                    .doOnCancel(() -> chat.left = true)
                    .map(frame -> Unpooled.wrappedBuffer(frame.getBytes(StandardCharsets.UTF_8)));
            return response.header("content-type", "text/event-stream")
                    .header("x-request-id", "0191-test")
                    .send(frames, buffer -> true)
                    .then();
        });
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(2));
    }
}
