// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.testsupport.openai.DocumentCheck;
import dev.rivulet.testsupport.openai.Seen;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens of a message in Anthropic's form, which a replica counts. */
@ExtendWith(SharedGateway.class)
class TokenCountTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PATH = "/v1/messages/count_tokens";
    private static final String ASKED = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";

    private final GatewayFixture gateway;
    private final StubReplica replica;

    TokenCountTest(GatewayFixture gateway, StubReplica replica) {
        this.gateway = gateway;
        this.replica = replica;
    }

    @BeforeEach
    void count() {
        replica.json(200, "{\"count\":14,\"max_model_len\":64}");
    }

    @Test
    void theReplicaIsAskedForThePromptAlone() throws Exception {
        HttpResponse<String> answer = gateway.post(PATH, ASKED.formatted("""
                ,"system":"Be brief.","max_tokens":9,"stream":true,"temperature":1,"stop_sequences":["END"],
                "metadata":{"user_id":"u"},"thinking":{"type":"disabled"},
                "tools":[{"name":"dim","input_schema":{"type":"object"}}],
                "tool_choice":{"type":"auto","disable_parallel_tool_use":true}"""));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"input_tokens\":14}");
        assertThat(answer.headers().firstValue("request-id"))
                .isEqualTo(answer.headers().firstValue("x-request-id"));
        StubReplica.Received received = replica.received.getLast();
        assertThat(received.path()).isEqualTo("/v1/tokenize");
        assertThat(JSON.readTree(received.body())).isEqualTo(JSON.readTree("""
                {"model":"m","tool_choice":"auto","parallel_tool_calls":false,
                 "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"}],
                 "tools":[{"type":"function","function":{"name":"dim","parameters":{"type":"object"}}}]}"""));
    }

    @Test
    void theAnswerAndItsErrorsAreAsDescribed() throws Exception {
        DocumentCheck check =
                new DocumentCheck(JSON.readTree(gateway.send(HttpRequest.newBuilder(gateway.url("/openapi.json")))
                        .body()));

        for (HttpResponse<String> answer : List.of(gateway.post(PATH, ASKED.formatted("")), gateway.post(PATH, "{"))) {
            assertThat(check.faults(Seen.of(answer))).isEmpty();
        }
        assertThat(check.requestFaults(PATH, JSON.readTree(ASKED.formatted(""))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"m\"}|400|invalid_request_error|messages",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|400|invalid_request_error|model",
                "{\"model\":\"none\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|404|not_found_error|none",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\"}]}]}|400|invalid_request_error|image",
                "{|400|invalid_request_error|JSON"
            })
    void whatCantBeCountedIsToldInTheirForm(String body, int status, String type, String named) throws Exception {
        HttpResponse<String> answer = gateway.post(PATH, body);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(error(answer).path("type").asString()).isEqualTo(type);
        assertThat(error(answer).path("message").asString()).contains(named);
        assertThat(replica.received).isEmpty();
    }

    @Test
    void aFullReplicaIsToldWithItsWaitAndAKeyIsNeeded() throws Exception {
        replica.json(
                429,
                "{\"error\":{\"message\":\"full\",\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"queue_full\"}}",
                "retry-after",
                "1");
        HttpResponse<String> full = gateway.post(PATH, ASKED.formatted(""));
        HttpResponse<String> nobody = gateway.send(HttpRequest.newBuilder(gateway.url(PATH))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(ASKED.formatted(""))));

        assertThat(full.statusCode()).isEqualTo(429);
        assertThat(full.headers().firstValue("retry-after")).hasValue("1");
        assertThat(error(full).path("type").asString()).isEqualTo("rate_limit_error");
        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(error(nobody).path("type").asString()).isEqualTo("authentication_error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"count\":\"many\"}", "{}", "[]", "a secret"})
    void whatIsNoCountIsAFailureOfTheReplica(String body) throws Exception {
        replica.json(200, body);

        HttpResponse<String> answer = gateway.post(PATH, ASKED.formatted(""));

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(error(answer).path("message").asString()).contains("no count of tokens");
    }

    @Test
    void noCallerReachesWhatReplicasCountBy() throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/tokenize", ASKED.formatted(""));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(replica.received).isEmpty();
    }

    private static JsonNode error(HttpResponse<String> answer) {
        JsonNode told = JSON.readTree(answer.body());
        assertThat(told.path("type").asString()).isEqualTo("error");
        return told.path("error");
    }
}
