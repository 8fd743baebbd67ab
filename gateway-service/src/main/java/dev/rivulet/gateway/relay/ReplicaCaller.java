package dev.rivulet.gateway.relay;

import dev.rivulet.access.ServiceToken;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.routing.Choice;
import dev.rivulet.gateway.routing.Inquiry;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.gateway.routing.Routes;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * Sends a request to a replica; to another one where no byte of an answer has come and the failure is the connection's. Reads
 * no further ahead than a few kilobytes, so that a slow reader slows the replica.
 */
final class ReplicaCaller implements Answering {

    private static final Logger log = LoggerFactory.getLogger(ReplicaCaller.class);
    private static final int READ_AHEAD = 4_096;
    private static final int RECEIVE_BUFFER = 16_384;
    private static final int MOST_CONNECTIONS = 100_000;
    private static final Duration COME_AGAIN = Duration.ofSeconds(2);

    private record Attempt(Set<String> tried, int number, boolean again) {

        static Attempt first() {
            return new Attempt(Set.of(), 1, false);
        }

        Attempt elsewhere(Replica failed) {
            Set<String> without = new HashSet<>(tried);
            without.add(failed.id());
            return new Attempt(without, number + 1, false);
        }

        Attempt sameAgain() {
            return new Attempt(tried, number + 1, true);
        }
    }

    private final Routes routes;
    private final HttpClient http;
    private final int attempts;

    ReplicaCaller(Routes routes, RelayProperties properties, ServiceToken token, ConnectionProvider connections) {
        this.routes = routes;
        this.attempts = properties.attempts();
        this.http = HttpClient.create(connections)
                .disableRetry(true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        properties.connectTimeout().toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(READ_AHEAD).maxMessagesPerRead(1))
                .headers(headers -> token.authorization().ifPresent(value -> headers.set("authorization", value)));
    }

    /** Connections to replicas, kept open between requests. */
    static ConnectionProvider connections() {
        return ConnectionProvider.builder("replicas")
                .maxConnections(MOST_CONNECTIONS)
                .pendingAcquireTimeout(Duration.ofSeconds(10))
                .maxIdleTime(Duration.ofSeconds(20))
                .evictInBackground(Duration.ofSeconds(20))
                .build();
    }

    /**
     * Whether some replica takes a request now, before a place is taken for it; the same is asked again when it is sent.
     *
     * @throws ProblemException with {@code model_not_found}, {@code model_loading} or {@code no_replica}, and with
     *     {@code invalid_value} if the model can't do it
     */
    void requireReady(Ask ask) {
        Choice choice = routes.look(Inquiry.of(ask, Set.of()));
        if (!(choice instanceof Choice.Chosen)) {
            throw new ProblemException(Absences.problem(ask, choice));
        }
    }

    /**
     * Sends a request.
     *
     * @return the head of the answer; or a {@link ProblemException} with {@code model_not_found}, {@code model_loading},
     *     {@code no_replica} or {@code replica_lost}
     */
    @Override
    public Mono<Answer> answer(Ask ask) {
        return attempt(ask, Attempt.first());
    }

    private Mono<Answer> attempt(Ask ask, Attempt attempt) {
        return Mono.defer(() -> {
            return switch (routes.choose(Inquiry.of(ask, attempt.tried()))) {
                case Choice.Chosen chosen ->
                    send(ask, chosen.replica())
                            .onErrorResume(IOException.class, failure -> afterFailure(ask, attempt, chosen, failure));
                case Choice absent -> Mono.error(new ProblemException(Absences.problem(ask, absent)));
            };
        });
    }

    /**
     * A connection kept open may have been closed by the replica just now: that is no failure of the replica, and one more
     * connection tells.
     */
    private Mono<Answer> afterFailure(Ask ask, Attempt attempt, Choice.Chosen chosen, IOException failure) {
        Replica replica = chosen.replica();
        boolean refused = failure instanceof ConnectException;
        if (refused || attempt.again()) {
            routes.suspect(replica);
        }
        log.atWarn()
                .addKeyValue("request_id", ask.passage().id())
                .addKeyValue("replica", replica.id())
                .addKeyValue("attempt", attempt.number())
                .log("Replica {} can't be reached: {}", replica.id(), failure.toString());
        if (attempt.number() >= attempts) {
            return Mono.error(new ProblemException(
                    Problem.of(
                                    ProblemCode.REPLICA_LOST,
                                    "The connection to the replica failed, " + attempt.number()
                                            + " times over. Send this request again.")
                            .retryAfter(COME_AGAIN),
                    failure));
        }
        return attempt(ask, refused || attempt.again() ? attempt.elsewhere(replica) : attempt.sameAgain());
    }

    private Mono<Answer> send(Ask ask, Replica replica) {
        return Mono.defer(() -> {
            ask.passage().replica(replica.id());
            return exchange(ask, replica, routes.begin(replica, ask.envelope().tokens()));
        });
    }

    private Mono<Answer> exchange(Ask ask, Replica replica, Routes.Lease lease) {
        AtomicReference<Connection> open = new AtomicReference<>();
        return http.headers(headers -> headers(ask, headers))
                .post()
                .uri(replica.url().resolve(ask.path()).toString())
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(ask.body())))
                .responseConnection((response, connection) -> {
                    open.set(connection);
                    return Mono.just(answer(replica, lease, response, connection));
                })
                .next()
                .doOnError(failure -> lease.close())
                .doOnCancel(() -> {
                    lease.close();
                    Connection connection = open.get();
                    if (connection != null) {
                        connection.dispose();
                    }
                });
    }

    private Answer answer(Replica replica, Routes.Lease lease, HttpClientResponse response, Connection connection) {
        return new Answer(
                replica.id(),
                response.status().code(),
                response.responseHeaders(),
                connection
                        .inbound()
                        .receive()
                        .retain()
                        .doOnError(failure -> routes.suspect(replica))
                        .doFinally(signal -> lease.close()),
                () -> {
                    lease.close();
                    connection.dispose();
                });
    }

    private static void headers(Ask ask, HttpHeaders headers) {
        headers.set("content-type", "application/json");
        headers.set("content-length", ask.body().length);
        headers.set("accept", ask.envelope().stream() ? "text/event-stream" : "application/json");
        headers.set("x-request-id", ask.passage().id());
        headers.set("x-rivulet-tenant", ask.passage().caller());
        headers.set("x-rivulet-priority", ask.passage().priority());
        ask.passage().timeLeft().ifPresent(left -> headers.set(TimeAllowed.HEADER, Long.toString(left.toMillis())));
        ask.headers().forEach(headers::set);
    }
}
