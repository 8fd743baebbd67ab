package dev.rivulet.gateway.routing.http;

import dev.rivulet.access.ServiceToken;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.gateway.routing.Replica.Served;
import dev.rivulet.gateway.routing.Replica.State;
import dev.rivulet.gateway.routing.ReplicaProbe;
import dev.rivulet.gateway.routing.RoutingProperties;
import dev.rivulet.inference.contract.ReplicaStatus;
import io.netty.channel.ChannelOption;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
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
    private final JsonMapper json;
    private final Duration timeout;

    HttpReplicaProbe(RoutingProperties properties, ServiceToken token, JsonMapper json) {
        this.json = json;
        this.timeout = properties.probeTimeout();
        this.http = HttpClient.create(ConnectionProvider.newConnection())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .responseTimeout(timeout)
                .headers(headers -> token.authorization().ifPresent(value -> headers.set("authorization", value)));
    }

    @Override
    public Mono<Replica> ask(Replica replica) {
        return http.get()
                .uri(replica.url().resolve(PATH).toString())
                .responseSingle((response, body) -> read(response, body))
                .timeout(timeout)
                .map(status -> replica(status))
                .filter(answer -> answer.id().equals(replica.id()))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("another replica answers at its address")));
    }

    private Mono<ReplicaStatus> read(HttpClientResponse response, ByteBufMono body) {
        int status = response.status().code();
        String length = response.responseHeaders().get("content-length", "0");
        if (status != 200 || length.length() > 7 || Integer.parseInt(length) > LARGEST_ANSWER) {
            return Mono.error(new IllegalStateException(
                    PATH + " answered " + status + (status == 401 ? ": check RIVULET_INTERNAL_TOKEN on both sides" : "")));
        }
        return body.asByteArray().map(bytes -> json.readValue(bytes, ReplicaStatus.class));
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
                served.outstandingTokens());
    }
}
