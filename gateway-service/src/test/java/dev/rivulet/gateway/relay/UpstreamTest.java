// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.routing.Choice;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class UpstreamTest {

    private static final String SECRET = "sk-upstream-secret";
    private static final String INTERNAL = "internal-token-of-the-platform-0123456789";
    private static final String BIG =
            "{\"n\":1,\"model\":\"big\",\"messages\":[{\"role\":\"user\",\"content\":\"model\"}]}";

    private static StubReplica upstream;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        upstream = StubReplica.start("elsewhere");
        gateway = GatewayFixture.start(
                "rivulet.access.token=" + INTERNAL,
                "rivulet.identity.keys[1].name=private",
                "rivulet.identity.keys[1].sha256=" + GatewayFixture.sha256("private-key"),
                "rivulet.routing.site-only-keys=private",
                "rivulet.routing.upstreams[0].name=elsewhere",
                "rivulet.routing.upstreams[0].url=" + upstream.url() + "/v1",
                "rivulet.routing.upstreams[0].api-key=" + SECRET,
                "rivulet.routing.upstreams[0].models[0].name=big",
                "rivulet.routing.upstreams[0].models[0].as=big-1",
                "rivulet.routing.upstreams[0].models[1].name=m",
                "rivulet.routing.upstreams[0].models[2].name=gone");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateway.routes().choose("big", Set.of()) instanceof Choice.Chosen);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @AfterEach
    void forget() {
        upstream.received.clear();
        gateway.routes().left("here");
    }

    @Test
    void tokensAreCountedByReplicasAlone() throws Exception {
        try (StubReplica here = StubReplica.start("here").json(200, "{\"count\":7,\"max_model_len\":64}")) {
            gateway.join(here);
            String counting = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

            HttpResponse<String> refused = gateway.post("/v1/messages/count_tokens", counting.formatted("big"));
            HttpResponse<String> counted = gateway.post("/v1/messages/count_tokens", counting.formatted("m"));

            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body())
                    .contains("invalid_request_error")
                    .contains("'big' is answered by nobody who counts the tokens of a chat");
            assertThat(counted.body()).isEqualTo("{\"input_tokens\":7}");
            assertThat(upstream.received).isEmpty();
        }
    }

    @Test
    void aModelGoesThereUnderItsNameThereWithTheUpstreamsKeyAndNothingElse() throws Exception {
        upstream.json(200, "{\"hello\":true}");
        HttpResponse<String> answer = gateway.chat(BIG);

        assertThat(answer.statusCode()).isEqualTo(200);
        StubReplica.Received received = upstream.received.getFirst();
        assertThat(received.path()).endsWith("v1/chat/completions");
        assertThat(new String(received.body(), StandardCharsets.UTF_8)).isEqualTo(BIG.replace("\"big\"", "\"big-1\""));
        assertThat(received.headers().get("authorization")).isEqualTo("Bearer " + SECRET);
        assertThat(received.headers().entries())
                .noneMatch(header ->
                        header.getKey().startsWith("x-") || header.getKey().equals("traceparent"))
                .noneMatch(header -> header.getValue().contains(INTERNAL));
        assertThat(upstream.listed.getFirst().headers().get("authorization")).isEqualTo("Bearer " + SECRET);
    }

    @Test
    void aModelThatItDoesNotNameIsNotServed() throws Exception {
        assertThat(gateway.get("/v1/models").body())
                .contains("\"big\"", "\"m\"")
                .doesNotContain("\"gone\"");
        assertThat(gateway.chat(BIG.replace("\"big\"", "\"gone\"")).statusCode())
                .isEqualTo(503);
    }

    @Test
    void aReplicaOfThisSiteIsPreferredAndNeverSeesTheUpstreamsKey() throws Exception {
        try (StubReplica here = StubReplica.start("here")) {
            gateway.join(here, 1_000_000);
            assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
            assertThat(upstream.received).isEmpty();
            assertThat(here.received.getFirst().headers().get("authorization")).isEqualTo("Bearer " + INTERNAL);
        }
    }

    @Test
    void noByteOfARequestThatMustStayLeavesTheSite() throws Exception {
        HttpResponse<String> labelled = gateway.post(GatewayFixture.CHAT, BIG, "x-rivulet-privacy", "site");
        HttpResponse<String> keyed = gateway.send(java.net.http.HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("x-api-key", "private-key")
                .header("content-type", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(BIG)));

        assertThat(labelled.statusCode()).isEqualTo(400);
        assertThat(labelled.body()).contains("may not leave it");
        assertThat(keyed.statusCode()).isEqualTo(400);
        assertThat(upstream.received).isEmpty();
        assertThat(gateway.post(GatewayFixture.CHAT, BIG, "x-rivulet-privacy", "perhaps")
                        .statusCode())
                .as("a word that is not understood is no leave")
                .isEqualTo(400);
    }

    @Test
    void aRequestThatMustStayIsNotTakenAwayWhenTheReplicaHereFails() throws Exception {
        try (StubReplica here = StubReplica.start("here")) {
            gateway.join(here);
            here.close();
            assertThat(gateway.post(GatewayFixture.CHAT, GatewayFixture.WHOLE, "x-rivulet-privacy", "site")
                            .statusCode())
                    .as("it may come again")
                    .isEqualTo(503);
            assertThat(upstream.received).isEmpty();
        }
    }

    @Test
    void aStreamIsMendedWhereAClientWouldBreak() throws Exception {
        upstream.streaming(
                "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\r\n\r\n",
                "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"total_tokens\":3}}\n\n",
                "data: [DONE]\n\n");

        String body = gateway.chat(BIG.replace("\"n\":1", "\"stream\":true")).body();
        assertThat(body)
                .contains("\"delta\":{\"content\":\"Hi\",\"role\":\"assistant\"}")
                .contains("\"finish_reason\":\"stop\"}]}\n\n")
                .contains("\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void errorsGetTheirFourKeysAndARefusedKeyIsNotTheCallersFault(CapturedOutput log) throws Exception {
        upstream.json(400, "{\"error\":{\"message\":\"too long\"}}");
        assertThat(gateway.chat(BIG).body())
                .contains("\"message\":\"too long\"", "\"type\":", "\"param\":null", "\"code\":\"upstream_error\"");
        upstream.json(401, "{\"error\":\"your key " + SECRET + "\"}");
        HttpResponse<String> refused = gateway.chat(BIG);
        assertThat(refused.statusCode()).isEqualTo(502);
        assertThat(refused.body()).contains("does not take this gateway's key").doesNotContain(SECRET);
        assertThat(log.getAll()).doesNotContain(SECRET);
    }
}
