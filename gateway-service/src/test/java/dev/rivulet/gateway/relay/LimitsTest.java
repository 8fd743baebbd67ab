// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.Wire;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

@ExtendWith(SharedGateway.class)
class LimitsTest {

    private static final int TEN_MB = 10_000_000;
    private static final String HEAD = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + GatewayFixture.KEY + "\r\nContent-Type: application/json\r\n";

    private final GatewayFixture gateway;
    private final StubReplica replica;

    LimitsTest(GatewayFixture gateway, StubReplica replica) {
        this.gateway = gateway;
        this.replica = replica;
    }

    @AfterEach
    void holdNothing() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> gateway.bean(BodyBudget.class).held() == 0);
    }

    @Test
    void aBodyAboveTheLimitWithItsLengthIsRefused() throws Exception {
        refusedAsTooLarge(gateway.send(chat().POST(BodyPublishers.ofByteArray(new byte[TEN_MB]))));
    }

    @Test
    void aBodyAboveTheLimitInChunksIsRefused() throws Exception {
        refusedAsTooLarge(gateway.send(
                chat().POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[TEN_MB])))));
    }

    @Test
    void theRefusalComesBeforeTheBodyIsSent() throws Exception {
        try (Wire wire = new Wire(gateway.port())) {
            wire.send(HEAD + "Content-Length: 10000000000\r\n\r\n{");
            assertThat(wire.readUntil("request_too_large")).startsWith("HTTP/1.1 413");
            assertThat(wire.closesWithin(30_000)).isTrue();
        }
    }

    @Test
    void aBodyThatComesTooSlowlyIsGivenUp() throws Exception {
        try (Wire wire = new Wire(gateway.port())) {
            wire.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n");
            assertThat(wire.readUntil("deadline_exceeded")).startsWith("HTTP/1.1 408");
            assertThat(wire.closesWithin(30_000)).isTrue();
        }
    }

    @Test
    void aBodyJustBelowTheLimitReachesTheReplicaWhole() throws Exception {
        String body =
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "é".repeat(4_000_000) + "\"}]}";
        assertThat(gateway.chat(body).statusCode()).isEqualTo(200);
        assertThat(replica.received.getFirst().body())
                .hasSize(body.getBytes(java.nio.charset.StandardCharsets.UTF_8).length);
    }

    @Test
    void aThousandMessagesPass() throws Exception {
        String messages =
                "{\"role\":\"user\",\"content\":\"hi\"},".repeat(999) + "{\"role\":\"user\",\"content\":\"hi\"}";
        assertThat(gateway.chat("{\"model\":\"m\",\"messages\":[" + messages + "]}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void anAnswerAboveTheLimitIsAnErrorOfTheReplica() throws Exception {
        replica.json(200, "{\"x\":\"" + "y".repeat(200_000) + "\"}");
        HttpResponse<String> answer = gateway.chat(GatewayFixture.WHOLE);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("replica_lost");
    }

    @Test
    void anAnswerThatTakesTooLongIsGivenUpAndTheReplicaIsLetGo() throws Exception {
        replica.answering((request, response) -> Mono.<Void>never().doOnCancel(replica.cancelled::incrementAndGet));
        HttpResponse<String> answer = gateway.chat(GatewayFixture.WHOLE);
        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.body()).contains("replica_timeout");
        await().atMost(Duration.ofSeconds(30)).until(() -> replica.cancelled.get() == 1);
    }

    @Test
    void headersOfTheReplicaPassOnlyWhereTheyAreNamed() throws Exception {
        replica.json(
                200,
                "{}",
                "server-timing",
                "prefill;dur=1.5, decode;dur=2",
                "set-cookie",
                "a=b",
                "x-secret",
                "s",
                "server",
                "x");
        HttpResponse<String> answer = gateway.chat(GatewayFixture.WHOLE);
        assertThat(answer.headers().map().keySet())
                .containsExactlyInAnyOrder(
                        "content-type",
                        "content-length",
                        "cache-control",
                        "server-timing",
                        "x-request-id",
                        "x-rivulet-model-version");
        assertThat(answer.headers().firstValue("server-timing").orElseThrow())
                .contains("ingress;dur=", "auth;dur=", "admission;dur=", "prefill;dur=1.5, decode;dur=2");
    }

    @Test
    void aReplicaThatRefusesTheGatewayIsNoFaultOfTheCaller() throws Exception {
        replica.json(401, "{\"error\":{\"message\":\"no\",\"type\":\"x\",\"param\":null,\"code\":\"invalid_token\"}}");
        HttpResponse<String> answer = gateway.chat(GatewayFixture.WHOLE);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("RIVULET_INTERNAL_TOKEN");
    }

    @Test
    void anErrorOfTheReplicaInAFormOfItsOwnIsReplaced() throws Exception {
        replica.json(500, "{\"oops\":\"at line 5 of /secret/path\"}");
        HttpResponse<String> answer = gateway.chat(GatewayFixture.WHOLE);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("\"code\":\"replica_lost\"").doesNotContain("secret");
    }

    @Test
    void theRetryAfterOfTheReplicaPasses() throws Exception {
        replica.json(
                429,
                "{\"error\":{\"message\":\"full\",\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"queue_full\"}}",
                "retry-after",
                "7");
        HttpResponse<String> answer = gateway.chat(GatewayFixture.WHOLE);
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after")).hasValue("7");
    }

    @Test
    void modelsAreThoseThatAreReady() throws Exception {
        assertThat(gateway.get("/v1/models").body())
                .contains("\"object\":\"list\"", "\"id\":\"m\"", "\"object\":\"model\"", "\"owned_by\":\"rivulet\"");
        assertThat(gateway.get("/v1/models/m").body()).contains("\"id\":\"m\"");
    }

    private HttpRequest.Builder chat() {
        return HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "application/json");
    }

    private void refusedAsTooLarge(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body())
                .contains("\"message\":", "\"type\":", "\"param\":null", "\"code\":\"request_too_large\"");
        assertThat(replica.received).isEmpty();
    }
}
