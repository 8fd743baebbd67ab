// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.access.ServiceToken;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.ModelField;
import dev.rivulet.gateway.routing.FreshNames;
import dev.rivulet.gateway.routing.Lease;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.gateway.routing.Upstream;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * Sends one request to one replica or upstream. Reads no further ahead than a few kilobytes, so that a slow reader slows the
 * replica. An upstream is told nothing of callers and gets no secret but its own.
 */
final class ReplicaClient {

    private static final int READ_AHEAD = 4_096;
    private static final int RECEIVE_BUFFER = 16_384;

    private final HttpClient plain;
    private final HttpClient internal;
    private final UpstreamAnswers upstreams;

    ReplicaClient(
            RelayProperties properties, ServiceToken token, UpstreamAnswers upstreams, ConnectionProvider connections) {
        this.upstreams = upstreams;
        this.plain = FreshNames.of(HttpClient.create(connections))
                .disableRetry(true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        properties.connectTimeout().toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(READ_AHEAD).maxMessagesPerRead(1));
        this.internal =
                plain.headers(headers -> token.authorization().ifPresent(value -> headers.set("authorization", value)));
    }

    /**
     * Sends.
     *
     * @param lease told of a failure within the answer, and closed at its end
     * @param doubt told of a replica whose connection breaks within its answer
     */
    Mono<Answer> send(Ask ask, Replica replica, Lease lease, Consumer<Replica> doubt) {
        Upstream upstream = replica.upstream();
        if (upstream == null) {
            HttpClient http = internal.headers(headers -> inside(ask, headers));
            return send(http, replica.url().resolve(ask.path()).toString(), ask.body(), replica, lease, doubt);
        }
        String model = ask.envelope().model();
        String wire = upstream.nameOf(model);
        byte[] body = wire.equals(model) ? ask.body() : ModelField.replaced(ask.body(), wire);
        HttpClient http = upstream.reach(plain).headers(headers -> {
            basic(ask, body, headers);
            if (upstream.isReplica()) {
                terms(ask, headers);
            }
        });
        return send(http, upstream.at(ask.path()), body, replica, lease, doubt)
                .flatMap(answer -> upstreams.normal(answer, upstream.name()));
    }

    private static Mono<Answer> send(
            HttpClient http, String url, byte[] body, Replica replica, Lease lease, Consumer<Replica> doubt) {
        AtomicReference<Connection> open = new AtomicReference<>();
        return http.post()
                .uri(url)
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
                .responseConnection((response, connection) -> {
                    open.set(connection);
                    return Mono.just(answer(replica, lease, doubt, response, connection));
                })
                .next()
                .doOnCancel(() -> {
                    lease.close();
                    Connection connection = open.get();
                    if (connection != null) {
                        connection.dispose();
                    }
                });
    }

    private static Answer answer(
            Replica replica, Lease lease, Consumer<Replica> doubt, HttpClientResponse response, Connection connection) {
        return new Answer(
                replica.id(),
                response.status().code(),
                response.responseHeaders(),
                connection
                        .inbound()
                        .receive()
                        .retain()
                        .onErrorMap(
                                failure -> !(failure instanceof IOException),
                                failure -> new IOException("the answer is no HTTP", failure))
                        .doOnError(failure -> {
                            lease.failed(failure);
                            doubt.accept(replica);
                        })
                        .doFinally(signal -> lease.close()),
                () -> {
                    lease.close();
                    connection.dispose();
                });
    }

    private static void inside(Ask ask, HttpHeaders headers) {
        basic(ask, ask.body(), headers);
        headers.set("x-request-id", ask.passage().id());
        terms(ask, headers);
        ask.headers().forEach(headers::set);
    }

    /** Whose it is and how urgent. */
    private static void terms(Ask ask, HttpHeaders headers) {
        headers.set("x-rivulet-tenant", ask.passage().caller());
        headers.set("x-rivulet-priority", ask.passage().priority());
        ask.passage().timeLeft().ifPresent(left -> headers.set(TimeAllowed.HEADER, Long.toString(left.toMillis())));
    }

    private static void basic(Ask ask, byte[] body, HttpHeaders headers) {
        headers.set("content-type", "application/json");
        headers.set("content-length", body.length);
        headers.set("accept", ask.envelope().stream() ? "text/event-stream" : "application/json");
    }
}
