// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.http;

import dev.rivulet.access.ServiceToken;
import dev.rivulet.inference.jobs.Door;
import dev.rivulet.inference.jobs.Job;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * This replica's own HTTP API over loopback: a job is read, checked, admitted, scheduled and told as every other request is, for
 * the price of one local connection. A job whose model is a step of the gateways goes to a gateway, which is waited for where it is
 * away.
 */
final class HttpDoor implements Door {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int LONGEST_TIMEOUT_MILLIS = 99_999_999;

    /** A gateway that starts anew is there again in a while. */
    private static final Reply AWAY = new Reply(503, "application/json", Duration.ofSeconds(1), Flux.empty());

    private final Supplier<URI> self;
    private final Optional<URI> gateway;
    private final HttpClient http;

    /**
     * @param self where this replica answers, known once its server runs
     * @param gateway where gateways answer
     * @param connections at least as many as jobs run at once
     */
    HttpDoor(Supplier<URI> self, Optional<URI> gateway, ServiceToken token, ConnectionProvider connections) {
        this.self = self;
        this.gateway = gateway;
        this.http = HttpClient.create(connections)
                .disableRetry(true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .headers(headers -> token.authorization().ifPresent(value -> headers.set("authorization", value)));
    }

    @Override
    public Mono<Reply> ask(Job job, Duration allowed) {
        if (!job.atGateway()) {
            return ask(self.get().resolve(job.endpoint()), job, allowed);
        }
        return gateway.map(at -> ask(at.resolve("/internal/jobs/" + job.id()), job, allowed)
                        .onErrorResume(ConnectException.class, away -> Mono.just(AWAY)))
                .orElseGet(() -> Mono.error(new IllegalStateException(
                        "a gateway answers it, and this replica knows none (rivulet.jobs.gateway)")));
    }

    private Mono<Reply> ask(URI where, Job job, Duration allowed) {
        return http.headers(headers -> headers(headers, job, allowed))
                .post()
                .uri(where)
                .send((request, outbound) -> outbound.sendByteArray(Mono.just(job.body())))
                .responseConnection((response, connection) -> Mono.just(new Reply(
                        response.status().code(),
                        response.responseHeaders().get("content-type", ""),
                        retryAfter(response),
                        connection.inbound().receive().asByteArray().doOnCancel(connection::dispose))))
                .next();
    }

    private static void headers(HttpHeaders headers, Job job, Duration allowed) {
        headers.set("content-type", "application/json");
        headers.set("content-length", job.body().length);
        headers.set("x-request-id", job.id().replace('_', '-'));
        headers.set("x-rivulet-tenant", job.tenant());
        headers.set("x-rivulet-priority", job.priority());
        headers.set("x-request-timeout-ms", Math.clamp(allowed.toMillis(), 1, LONGEST_TIMEOUT_MILLIS));
    }

    private static @Nullable Duration retryAfter(HttpClientResponse response) {
        String seconds = response.responseHeaders().get("retry-after");
        return seconds != null && seconds.matches("\\d{1,5}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null;
    }
}
