// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.http;

import dev.rivulet.access.ServiceToken;
import dev.rivulet.inference.jobs.Door;
import dev.rivulet.inference.jobs.Job;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * This replica's own HTTP API over loopback: a job is read, checked, admitted, scheduled and told as every other request is, for
 * the price of one local connection.
 */
final class OwnDoor implements Door {

    private static final int CONNECT_MILLIS = 2_000;
    private static final int LONGEST_TIMEOUT_MILLIS = 99_999_999;

    private final Supplier<URI> self;
    private final HttpClient http;

    /**
     * @param self where this replica answers, known once its server runs
     * @param connections at least as many as jobs run at once
     */
    OwnDoor(Supplier<URI> self, ServiceToken token, ConnectionProvider connections) {
        this.self = self;
        this.http = HttpClient.create(connections)
                .disableRetry(true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .headers(headers -> token.authorization().ifPresent(value -> headers.set("authorization", value)));
    }

    @Override
    public Mono<Reply> ask(Job job, Duration allowed) {
        return http.headers(headers -> headers(headers, job, allowed))
                .post()
                .uri(self.get().resolve(job.endpoint()))
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
