// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing.http;

import dev.rivulet.access.ServiceToken;
import dev.rivulet.gateway.routing.FreshNames;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.gateway.routing.Replica.Served;
import dev.rivulet.gateway.routing.Replica.State;
import dev.rivulet.gateway.routing.ReplicaProbe;
import dev.rivulet.gateway.routing.RoutingProperties;
import dev.rivulet.gateway.routing.Upstream;
import dev.rivulet.inference.contract.ReplicaStatus;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET <url>/internal/replica} on a connection of its own, so that a full pool can't make a replica look dead. */
@Component
final class HttpReplicaProbe implements ReplicaProbe {

    private static final String PATH = "/internal/replica";
    private static final int LARGEST_ANSWER = 1 << 20;

    private final HttpClient http;
    private final UpstreamProbe upstreams;
    private final JsonMapper json;
    private final Duration timeout;

    HttpReplicaProbe(RoutingProperties properties, ServiceToken token, UpstreamProbe upstreams, JsonMapper json) {
        this.upstreams = upstreams;
        this.json = json;
        this.timeout = properties.probeTimeout();
        this.http = FreshNames.of(HttpClient.create(ConnectionProvider.newConnection()))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .responseTimeout(timeout)
                .headers(headers -> token.authorization().ifPresent(value -> headers.set("authorization", value)));
    }

    @Override
    public Mono<Replica> ask(Replica replica) {
        Upstream upstream = replica.upstream();
        if (upstream != null) {
            return upstreams.ask(replica, upstream);
        }
        return http.get()
                .uri(replica.url().resolve(PATH).toString())
                .responseSingle((response, body) -> response.status().code() == 200
                        ? bounded(response, body)
                        : Mono.error(new IllegalStateException(
                                refusal(response.status().code()))))
                .timeout(timeout)
                .onErrorMap(HttpReplicaProbe::isLate, late -> new LateAnswerException(timeout))
                .map(HttpReplicaProbe::replica)
                .filter(answer -> answer.id().equals(replica.id()))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("another replica answers at its address")));
    }

    private static boolean isLate(Throwable failure) {
        return failure instanceof TimeoutException
                || failure instanceof ReadTimeoutException
                || failure instanceof ConnectTimeoutException;
    }

    /** An answer without its length is not read: its size could not be known before. */
    private Mono<ReplicaStatus> bounded(HttpClientResponse response, ByteBufMono body) {
        String length = response.responseHeaders().get("content-length", "");
        if (!length.matches("\\d{1,7}") || Integer.parseInt(length) > LARGEST_ANSWER) {
            return Mono.error(new IllegalStateException(
                    PATH + " answered without a Content-Length of at most " + LARGEST_ANSWER + " bytes"));
        }
        return body.asByteArray().map(bytes -> json.readValue(bytes, ReplicaStatus.class));
    }

    private static String refusal(int status) {
        return PATH + " answered " + status
                + (status == 401 ? ": RIVULET_INTERNAL_TOKEN differs between the services" : "");
    }

    private static Replica replica(ReplicaStatus status) {
        return new Replica(
                status.replica(),
                URI.create(status.url()),
                Instant.parse(status.startedAt()),
                status.sequence(),
                status.draining(),
                status.models().stream().map(HttpReplicaProbe::served).toList());
    }

    private static Served served(ReplicaStatus.Served served) {
        return new Served(
                served.model(),
                served.version(),
                State.valueOf(served.state()),
                served.contextLength(),
                served.outstandingTokens(),
                Set.copyOf(served.capabilities()));
    }
}
