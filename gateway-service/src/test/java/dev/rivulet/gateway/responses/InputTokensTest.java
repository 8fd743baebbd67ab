// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens of a response's input, which a replica counts; the fixture holds every answer to what OpenAI publishes. */
@ExtendWith(SharedGateway.class)
class InputTokensTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PATH = "/v1/responses/input_tokens";
    private static final String ASKED = "{\"model\":\"m\",\"input\":\"hi\"%s}";

    private final GatewayFixture gateway;
    private final StubReplica replica;

    InputTokensTest(GatewayFixture gateway, StubReplica replica) {
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
                ,"instructions":"Be brief.","max_output_tokens":9,"stream":true,"temperature":1,"background":true,
                "text":{"format":{"type":"json_object"}},"include":["message.output_text.logprobs"],"user":"u",
                "tools":[{"type":"function","name":"dim","parameters":{"type":"object"}}],
                "tool_choice":"required","parallel_tool_calls":false"""));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"object\":\"response.input_tokens\",\"input_tokens\":14}");
        StubReplica.Received received = replica.received.getLast();
        assertThat(received.path()).isEqualTo("/v1/tokenize");
        assertThat(JSON.readTree(received.body())).isEqualTo(JSON.readTree("""
                {"model":"m","tool_choice":"required","parallel_tool_calls":false,
                 "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"}],
                 "tools":[{"type":"function","function":{"name":"dim","parameters":{"type":"object"}}}]}"""));
    }

    @Test
    void whatAnEarlierResponseReadAndSaidIsCountedToo() throws Exception {
        replica.json(200, Chunks.whole("\"content\":\"Good morning\",\"refusal\":null", "stop"));
        String earlier = JSON.readTree(
                        gateway.post("/v1/responses", ASKED.formatted("")).body())
                .path("id")
                .asString();
        count();

        HttpResponse<String> answer = gateway.post(
                PATH, ASKED.formatted(",\"previous_response_id\":\"%s\"").formatted(earlier));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(replica.received.getLast().body()).path("messages"))
                .isEqualTo(JSON.readTree("""
                [{"role":"user","content":"hi"},{"role":"assistant","content":"Good morning"},
                 {"role":"user","content":"hi"}]"""));
    }

    @Test
    void theAnswerAndItsErrorsAreAsDescribed() throws Exception {
        JsonNode document = JSON.readTree(gateway.send(HttpRequest.newBuilder(gateway.url("/openapi.json")))
                .body());
        DocumentCheck check = new DocumentCheck(document);

        for (HttpResponse<String> answer : List.of(gateway.post(PATH, ASKED.formatted("")), gateway.post(PATH, "{"))) {
            assertThat(check.faults(Seen.of(answer))).isEmpty();
        }
        JsonNode example = document.path("paths").path(PATH).at("/post/requestBody/content/application~1json/example");
        assertThat(check.requestFaults(PATH, example)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"m\"}|400|missing_parameter|input",
                "{\"input\":\"x\"}|400|missing_parameter|model",
                "{\"model\":\"none\",\"input\":\"x\"}|404|model_not_found|model",
                "{\"model\":\"m\",\"input\":\"x\",\"conversation\":\"c\"}|400|unsupported_parameter|conversation",
                "{\"model\":\"m\",\"input\":\"x\",\"previous_response_id\":\"resp_x\"}|404|not_found|previous_response_id"
            })
    void whatCantBeAResponseCantBeCounted(String body, int status, String code, String param) throws Exception {
        HttpResponse<String> answer = gateway.post(PATH, body);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(error(answer).path("code").asString()).isEqualTo(code);
        assertThat(error(answer).path("param").asString()).isEqualTo(param);
        assertThat(replica.received).isEmpty();
    }

    @Test
    void faultsOfTheReplicaAreToldByTheNamesOfTheCaller() throws Exception {
        replica.json(400, """
                {"error":{"message":"no","type":"invalid_request_error","param":"messages[0].content","code":"invalid_value"}}""");
        assertThat(error(gateway.post(PATH, ASKED.formatted(""))).path("param").asString())
                .isEqualTo("input[0].content");

        replica.json(200, "{\"count\":\"many\"}");
        HttpResponse<String> none = gateway.post(PATH, ASKED.formatted(""));
        assertThat(none.statusCode()).isEqualTo(502);
        assertThat(error(none).path("message").asString()).contains("no count of tokens");
    }

    private static JsonNode error(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).path("error");
    }
}
