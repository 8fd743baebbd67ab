// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.routing.http;

import dev.rivulet.gateway.routing.FreshNames;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.gateway.routing.RoutingProperties;
import dev.rivulet.gateway.routing.Upstream;
import io.netty.channel.ChannelOption;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks an upstream which models it has: {@code GET <url>/models}. */
@Component
final class UpstreamProbe {

    private static final int LARGEST_ANSWER = 4 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient http;
    private final JsonMapper json;
    private final Duration timeout;

    UpstreamProbe(RoutingProperties properties, JsonMapper json) {
        this.json = json;
        this.timeout = properties.probeTimeout().compareTo(PATIENCE) < 0 ? PATIENCE : properties.probeTimeout();
        this.http = FreshNames.of(HttpClient.create(ConnectionProvider.newConnection()))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .responseTimeout(timeout);
    }

    Mono<Replica> ask(Replica replica, Upstream upstream) {
        return upstream.reach(http)
                .get()
                .uri(upstream.at("/v1/models"))
                .response((response, body) -> response.status().code() == 200
                        ? bytes(body)
                        : Mono.error(new IllegalStateException("its list of models has status "
                                + response.status().code())))
                .next()
                .timeout(timeout)
                .map(bytes -> upstream.answered(replica, names(json.readTree(bytes))));
    }

    private static Set<String> names(JsonNode list) {
        return list.path("data")
                .valueStream()
                .map(model -> model.path("id").asString(""))
                .collect(Collectors.toSet());
    }

    private static Mono<byte[]> bytes(ByteBufFlux body) {
        return body.asByteArray()
                .reduceWith(ByteArrayOutputStream::new, UpstreamProbe::joined)
                .map(ByteArrayOutputStream::toByteArray);
    }

    private static ByteArrayOutputStream joined(ByteArrayOutputStream before, byte[] next) {
        if (before.size() + next.length > LARGEST_ANSWER) {
            throw new IllegalStateException("its list of models is larger than " + LARGEST_ANSWER + " bytes");
        }
        before.writeBytes(next);
        return before;
    }
}
