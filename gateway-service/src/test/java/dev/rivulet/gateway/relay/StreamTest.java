// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.Wire;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@ExtendWith(SharedGateway.class)
class StreamTest {

    private final GatewayFixture gateway;
    private final StubReplica replica;

    StreamTest(GatewayFixture gateway, StubReplica replica) {
        this.gateway = gateway;
        this.replica = replica;
    }

    @Test
    void aStreamPassesByteForByteWithTheTimesBeforeItsEnd() throws Exception {
        replica.streaming(
                "data: {\"a\":\"ä€😀\"}\n\n",
                ": server-timing prefill;dur=1.0\n\n",
                "data: {\"b\":2}\n\ndata: [DONE]\n\n");
        HttpResponse<String> answer = gateway.chat(GatewayFixture.STREAM);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
        assertThat(answer.headers().firstValue("server-timing").orElseThrow())
                .contains("ingress;dur=", "auth;dur=", "admission;dur=", "route;dur=");
        String comment = answer.body()
                .lines()
                .filter(line -> line.startsWith(": server-timing-gateway "))
                .findFirst()
                .orElseThrow();
        assertThat(GatewayFixture.withoutPings(answer.body()))
                .isEqualTo("data: {\"a\":\"ä€😀\"}\n\n: server-timing prefill;dur=1.0\n\ndata: {\"b\":2}\n\n" + comment
                        + "\n\ndata: [DONE]\n\n");
    }

    @Test
    void theReplicaGetsTheSameBytesOurRequestIdAndNoneOfTheCallersSecrets() throws Exception {
        replica.streaming("data: [DONE]\n\n");
        String id = gateway.chat(GatewayFixture.STREAM)
                .headers()
                .firstValue("x-request-id")
                .orElseThrow();
        StubReplica.Received received = replica.received.getFirst();
        assertThat(new String(received.body(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(GatewayFixture.STREAM);
        assertThat(received.headers().get("x-request-id")).isEqualTo(id);
        assertThat(received.headers().get("authorization")).isNull();
        assertThat(received.headers().get("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]");
    }

    @Test
    void aRequestIdATraceAndATenantOfTheCallersMakingAreNotTaken() throws Exception {
        replica.streaming("data: [DONE]\n\n");
        HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "application/json")
                .header("x-request-id", "forged")
                .header("traceparent", "not-a-trace")
                .header("x-rivulet-tenant", "forged")
                .header("x-rivulet-priority", "high")
                .header("cookie", "a=b")
                .POST(HttpRequest.BodyPublishers.ofString(GatewayFixture.STREAM)));
        HttpHeaders received = replica.received.getFirst().headers();
        assertThat(answer.headers().firstValue("x-request-id")).hasValue(received.get("x-request-id"));
        assertThat(received.get("x-request-id")).hasSize(36);
        assertThat(received.get("traceparent")).doesNotContain("not-a-trace");
        assertThat(received.getAll("x-rivulet-tenant")).containsExactly("test");
        assertThat(received.getAll("x-rivulet-priority")).containsExactly("normal");
        assertThat(received.contains("cookie")).isFalse();
    }

    @Test
    void theReplicaGetsWhatIsLeftOfTheTimeThatTheCallerAllows() throws Exception {
        replica.streaming("data: [DONE]\n\n");
        gateway.send(allowing("60000"));
        assertThat(Integer.parseInt(replica.received.getFirst().headers().get("x-request-timeout-ms")))
                .isBetween(1, 60_000);
        HttpResponse<String> refused = gateway.send(allowing("-1"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"code\":\"invalid_value\"", "\"param\":\"x-request-timeout-ms\"");
        assertThat(replica.received).hasSize(1);
    }

    private HttpRequest.Builder allowing(String millis) {
        return HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "application/json")
                .header("x-request-timeout-ms", millis)
                .POST(HttpRequest.BodyPublishers.ofString(GatewayFixture.STREAM));
    }

    @Test
    void theTraceOfTheCallerGoesOnToTheReplica() throws Exception {
        replica.streaming("data: [DONE]\n\n");
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        gateway.send(HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "application/json")
                .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-01")
                .POST(HttpRequest.BodyPublishers.ofString(GatewayFixture.STREAM)));
        assertThat(replica.received.getFirst().headers().get("traceparent"))
                .startsWith("00-" + trace)
                .doesNotContain("00f067aa0ba902b7");
    }

    @Test
    void metricsNameKnownModelsAndNothingThatACallerWrote() throws Exception {
        replica.streaming("data: 1\n\ndata: [DONE]\n\n");
        gateway.chat(GatewayFixture.STREAM);
        gateway.chat("{\"model\":\"invented-by-the-caller\"}");
        String metrics = gateway.get("/actuator/prometheus").body();
        assertThat(metrics)
                .contains(
                        "rivulet_gateway_requests_total{model=\"m\",outcome=\"ok\",status=\"200\"}",
                        "rivulet_gateway_ttft_seconds_count{model=\"m\"}",
                        "rivulet_gateway_inflight",
                        "rivulet_gateway_queue",
                        "outcome=\"model_not_found\",status=\"404\"")
                .doesNotContain("invented-by-the-caller");
    }

    @Test
    void pingsKeepTheStreamOpenUntilTheFirstByteAndNeverAfter() throws Exception {
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(
                        Flux.just("data: 1\n\n", "data: 2\n\n", "data: [DONE]\n\n")
                                .delayElements(Duration.ofMillis(500))
                                .map(StubReplica::utf8),
                        bytes -> true));
        String body = gateway.chat(GatewayFixture.STREAM).body();
        assertThat(body).startsWith(": ping\n\n: ping\n\n").contains("data: 1\n\ndata: 2\n\n");
        assertThat(body.substring(body.indexOf("data: 1"))).doesNotContain(": ping");
    }

    @Test
    void aReplicaThatDiesWithinAnEventEndsTheStreamWithAnErrorEvent() throws Exception {
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(
                        Flux.just("data: {\"a\":1}\n\n", "data: {\"cut\":")
                                .map(StubReplica::utf8)
                                .concatWith(Mono.delay(Duration.ofMillis(200)).flatMap(late -> {
                                    response.withConnection(
                                            connection -> connection.channel().close());
                                    return Mono.never();
                                })),
                        bytes -> true));
        String body = gateway.streamed(GatewayFixture.STREAM);
        assertThat(body)
                .startsWith("data: {\"a\":1}\n\ndata: {\"error\":{\"message\":")
                .contains("\"type\":", "\"param\":null", "\"code\":\"replica_lost\"")
                .endsWith("}}\n\n")
                .doesNotContain("cut");
    }

    @Test
    void aReplicaThatFallsSilentWithinItsAnswerIsGivenUp() throws Exception {
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(Flux.just(StubReplica.utf8("data: 1\n\n")).concatWith(Mono.never()), bytes -> true));
        assertThat(gateway.streamed(GatewayFixture.STREAM))
                .startsWith("data: 1\n\ndata: {\"error\":")
                .contains("\"code\":\"replica_timeout\"");
    }

    @Test
    void aReplicaThatNeverBeginsIsGivenUpWithAnErrorEventAfterThePings() throws Exception {
        replica.answering((request, response) -> Mono.never());
        assertThat(gateway.chat(GatewayFixture.STREAM).body())
                .startsWith(": ping\n\n")
                .contains("\"code\":\"replica_timeout\"");
    }

    @Test
    void anErrorOfTheReplicaBeforeItsAnswerKeepsItsStatus() throws Exception {
        replica.json(
                400,
                "{\"error\":{\"message\":\"too long\",\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}");
        HttpResponse<String> answer = gateway.chat(GatewayFixture.STREAM);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("context_length_exceeded");
    }

    @Test
    void anErrorOfTheReplicaAfterAPingBecomesAnErrorEvent() throws Exception {
        replica.answering((request, response) -> Mono.delay(Duration.ofMillis(400))
                .then(response.status(503)
                        .header("content-type", "application/json")
                        .sendString(
                                Mono.just(
                                        "{\"error\":{\"message\":\"going\",\"type\":\"x\",\"param\":null,\"code\":\"draining\"}}"))
                        .then()));
        assertThat(gateway.chat(GatewayFixture.STREAM).body())
                .startsWith(": ping\n\n")
                .contains("data: {\"error\":{\"message\":\"going\"", "\"code\":\"draining\"");
    }

    @Test
    void aReaderWhoLeavesEndsTheReplicasWorkAtOnce() throws Exception {
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(
                        replica.counted(
                                Flux.interval(Duration.ofMillis(20)).map(n -> StubReplica.utf8("data: " + n + "\n\n"))),
                        bytes -> true));
        Wire wire = new Wire(gateway.port()).post(GatewayFixture.CHAT, GatewayFixture.KEY, GatewayFixture.STREAM);
        wire.readUntil("data: 3");
        wire.close();
        await().atMost(Duration.ofSeconds(30)).until(() -> replica.cancelled.get() == 1);
        await().atMost(Duration.ofSeconds(30)).until(() -> gateway.gate().running() == 0);
    }

    @Test
    void aCallerWhoLeavesBeforeTheAnswerEndsTheReplicasWorkToo() throws Exception {
        replica.answering((request, response) -> Mono.<Void>never().doOnCancel(replica.cancelled::incrementAndGet));
        for (String body : new String[] {GatewayFixture.WHOLE, GatewayFixture.STREAM}) {
            int before = replica.cancelled.get();
            int asked = replica.received.size();
            Wire wire = new Wire(gateway.port()).post(GatewayFixture.CHAT, GatewayFixture.KEY, body);
            await().until(() -> replica.received.size() == asked + 1);
            wire.close();
            await().atMost(Duration.ofSeconds(30)).until(() -> replica.cancelled.get() == before + 1);
            await().atMost(Duration.ofSeconds(30)).until(() -> gateway.gate().running() == 0);
        }
    }
}
