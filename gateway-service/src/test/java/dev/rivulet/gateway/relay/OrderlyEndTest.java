// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;

class OrderlyEndTest {

    private static final Duration LONG = Duration.ofSeconds(90);

    @Test
    void aGatewayThatEndsSaysSoTakesRequestsForAWhileAndEndsNoStream() throws Exception {
        Sinks.Many<ByteBuf> events = Sinks.many().unicast().onBackpressureBuffer();
        try (StubReplica replica = StubReplica.start("replica");
                HttpClient http = HttpClient.newHttpClient();
                GatewayFixture gateway = GatewayFixture.start(
                        "rivulet.shutdown.lead=10s", "spring.lifecycle.timeout-per-shutdown-phase=60s")) {
            gateway.join(replica);
            replica.answering((request, response) ->
                    response.header("content-type", "text/event-stream").send(events.asFlux(), bytes -> true));
            CompletableFuture<HttpResponse<String>> stream =
                    http.sendAsync(chat(gateway, GatewayFixture.STREAM), BodyHandlers.ofString());
            events.tryEmitNext(StubReplica.utf8("data: {\"a\":1}\n\n"));
            await().atMost(LONG).until(() -> !replica.received.isEmpty());
            URI readiness = gateway.url("/actuator/health/readiness");
            assertThat(status(http, readiness)).isEqualTo(200);

            CompletableFuture<Void> ended = CompletableFuture.runAsync(gateway::close);

            await().atMost(LONG).until(() -> status(http, readiness) == 503);
            replica.json(200, "{\"choices\":[]}");
            assertThat(http.send(chat(gateway, GatewayFixture.WHOLE), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            await().atMost(LONG).until(() -> refused(readiness));
            assertThat(ended).isNotDone();
            events.tryEmitNext(StubReplica.utf8("data: [DONE]\n\n"));
            events.tryEmitComplete();
            assertThat(stream.get(60, TimeUnit.SECONDS).body()).contains("data: {\"a\":1}", "data: [DONE]");
            ended.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aLeadBeyondAMinuteIsRefused() {
        assertThatThrownBy(() -> new ShutdownProperties(Duration.ofSeconds(61)))
                .hasMessageContaining("rivulet.shutdown.lead")
                .hasMessageContaining("60s");
    }

    private static HttpRequest chat(GatewayFixture gateway, String body) {
        return HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static int status(HttpClient http, URI readiness) throws Exception {
        return http.send(HttpRequest.newBuilder(readiness).build(), BodyHandlers.ofString())
                .statusCode();
    }

    private static boolean refused(URI readiness) throws InterruptedException {
        try (HttpClient fresh = HttpClient.newHttpClient()) {
            fresh.send(HttpRequest.newBuilder(readiness).build(), BodyHandlers.discarding());
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
