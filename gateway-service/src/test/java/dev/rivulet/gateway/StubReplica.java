// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway;

import dev.rivulet.gateway.routing.Replica;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A replica with a real socket whose answers a test decides; what it was asked can be looked at. */
public final class StubReplica implements AutoCloseable {

    /** One request as it arrived. */
    public record Received(String path, io.netty.handler.codec.http.HttpHeaders headers, byte[] body) {}

    /** Decides the answer to a completion request. */
    public interface Answer extends BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {}

    private interface ToEach {
        Publisher<Void> apply(Received received, HttpServerRequest request, HttpServerResponse response);
    }

    public final List<Received> received = new CopyOnWriteArrayList<>();
    public final List<Received> listed = new CopyOnWriteArrayList<>();
    public final AtomicInteger cancelled = new AtomicInteger();
    public final AtomicLong produced = new AtomicLong();
    public final AtomicInteger probes = new AtomicInteger();

    /** How late it is with its answer to a probe. */
    public volatile Duration lateness = Duration.ZERO;

    private final String id;
    private final Instant startedAt = Instant.now();
    private final AtomicLong sequence = new AtomicLong();
    private volatile ToEach answer = (received, request, response) -> hello(request, response);
    private volatile List<String> versions = List.of("1");
    private volatile List<String> models = List.of("m");
    private final DisposableServer server;

    private StubReplica(String id, int port) {
        this.id = id;
        this.server = HttpServer.create()
                .host("127.0.0.1")
                .port(port)
                .childOption(io.netty.channel.ChannelOption.SO_SNDBUF, 16_384)
                .childOption(
                        io.netty.channel.ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new io.netty.channel.WriteBufferWaterMark(8_192, 16_384))
                .route(routes -> routes.get("/internal/replica", (request, response) -> {
                            probes.incrementAndGet();
                            return response.header("content-type", "application/json")
                                    .sendString(Mono.fromSupplier(this::status).delaySubscription(lateness));
                        })
                        .get("/v1/models", this::models)
                        .post("/v1/{rest}", this::complete)
                        .post("/v1/audio/{rest}", this::complete)
                        .post("/v1/chat/{rest}", this::complete))
                .bindNow();
    }

    /** Starts one on a port of the system's choice. */
    public static StubReplica start(String id) {
        return new StubReplica(id, 0);
    }

    public StubReplica answering(Answer next) {
        answer = (received, request, response) -> next.apply(request, response);
        return this;
    }

    /** Answers by what was asked; requests may come side by side. */
    public StubReplica answeringEach(BiFunction<Received, HttpServerResponse, Publisher<Void>> next) {
        answer = (received, request, response) -> next.apply(received, response);
        return this;
    }

    /** Answers with these events, each written apart. */
    public StubReplica streaming(String... events) {
        return answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(Flux.fromArray(events).map(StubReplica::utf8), bytes -> true));
    }

    /** Answers with a JSON body. */
    public StubReplica json(int status, String body, String... headers) {
        return answering((request, response) -> {
            response.status(status).header("content-type", "application/json");
            for (int i = 0; i < headers.length; i += 2) {
                response.header(headers[i], headers[i + 1]);
            }
            return response.sendString(Mono.just(body));
        });
    }

    /** Counts bytes as they are asked for, and readers that go. */
    public Flux<ByteBuf> counted(Flux<ByteBuf> bytes) {
        return bytes.doOnNext(next -> produced.addAndGet(next.readableBytes())).doOnCancel(cancelled::incrementAndGet);
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    public String id() {
        return id;
    }

    public Instant startedAt() {
        return startedAt;
    }

    public static ByteBuf utf8(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.disposeNow();
    }

    private Publisher<Void> complete(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asByteArray()
                .defaultIfEmpty(new byte[0])
                .flatMapMany(body -> {
                    Received one =
                            new Received(request.uri(), request.requestHeaders().copy(), body);
                    received.add(one);
                    return answer.apply(one, request, response);
                });
    }

    /** As a server of another make lists what it has. */
    private Publisher<Void> models(HttpServerRequest request, HttpServerResponse response) {
        listed.add(new Received(request.uri(), request.requestHeaders().copy(), new byte[0]));
        return response.header("content-type", "application/json")
                .sendString(Mono.just("{\"object\":\"list\",\"data\":[{\"id\":\"m\"},{\"id\":\"big-1\"}]}"));
    }

    private static Publisher<Void> hello(HttpServerRequest request, HttpServerResponse response) {
        return response.header("content-type", "application/json").sendString(Mono.just("{\"hello\":true}"));
    }

    /** Says from now on that it serves this version of these models; without a word it is version 1 of {@code m}. */
    public StubReplica serving(String servedVersion, String... served) {
        versions = List.of(servedVersion);
        models = List.of(served);
        return this;
    }

    /** Says from now on that it has these versions of each of its models, the first for those who name none. */
    public StubReplica having(String... ready) {
        versions = List.of(ready);
        return this;
    }

    /** The versions that it says it has. */
    public List<String> versions() {
        return versions;
    }

    /** How it reports itself, with capabilities that nobody names. */
    public Replica status(long outstandingTokens) {
        return new Replica(
                id,
                url(),
                startedAt,
                sequence.incrementAndGet(),
                false,
                models.stream()
                        .flatMap(model -> versions.stream()
                                .map(version ->
                                        new Replica.Served(model, version, Replica.State.READY, 64, outstandingTokens)))
                        .toList());
    }

    private String status() {
        String served = models.stream()
                .flatMap(model -> versions.stream().map(version -> """
                {"model":"%s","version":"%s","state":"READY","capabilities":[],"context_length":64,"slots":1,\
                "slots_active":0,"slots_parked":0,"queued":0,"outstanding_tokens":0,"tokens_per_second":0.0}""".formatted(model, version)))
                .collect(Collectors.joining(","));
        return """
                {"replica":"%s","url":"%s","sequence":%d,"started_at":"%s","reported_at":"%s","draining":false,\
                "device":"cpu","memory_bytes":1,"models":[%s]}""".formatted(id, url(), sequence.incrementAndGet(), startedAt, Instant.now(), served);
    }
}
