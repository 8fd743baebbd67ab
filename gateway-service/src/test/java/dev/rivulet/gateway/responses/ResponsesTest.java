// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.Wire;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Responses at a gateway with a replica that answers chats; every answer is held to what OpenAI publishes by the fixture. */
@ExtendWith(SharedGateway.class)
class ResponsesTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PATH = "/v1/responses";
    private static final String ASKED = "{\"model\":\"m\",\"input\":\"hi\"%s}";

    private final GatewayFixture gateway;
    private final StubReplica replica;

    ResponsesTest(GatewayFixture gateway, StubReplica replica) {
        this.gateway = gateway;
        this.replica = replica;
    }

    private HttpResponse<String> ask(String more) throws Exception {
        return gateway.post(PATH, ASKED.formatted(more));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    private static List<String> types(HttpResponse<String> answer) {
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("event: "))
                .map(line -> line.substring(7))
                .toList();
    }

    private static JsonNode last(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .reduce((one, next) -> next)
                .orElseThrow()
                .substring(6));
    }

    @Test
    void aResponseIsAnsweredKeptAndForgotten() throws Exception {
        replica.json(200, Chunks.whole("\"content\":\"Good morning\",\"refusal\":null", "stop"));

        HttpResponse<String> answer = ask(",\"metadata\":{\"room\":\"Aurora\"},\"instructions\":\"Be brief.\"");
        JsonNode response = json(answer);
        String one = PATH + "/" + response.path("id").asString();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(response.path("status").asString()).isEqualTo("completed");
        assertThat(response.at("/output/0/content/0/text").asString()).isEqualTo("Good morning");
        assertThat(response.at("/metadata/room").asString()).isEqualTo("Aurora");
        assertThat(response.at("/usage/total_tokens").asInt()).isEqualTo(13);
        assertThat(replica.received.getLast().path()).isEqualTo("/v1/chat/completions");
        assertThat(json(gateway.get(one))).isEqualTo(response);
        JsonNode items = json(gateway.get(one + "/input_items"));
        assertThat(items.at("/data/0/content/0/text").asString()).isEqualTo("hi");
        assertThat(items.path("has_more").asBoolean()).isFalse();
        assertThat(json(delete(one)).path("deleted").asBoolean()).isTrue();
        assertThat(gateway.get(one).statusCode()).isEqualTo(404);
        assertThat(delete(one).statusCode()).isEqualTo(404);
    }

    @Test
    void aResponseFollowsAnother() throws Exception {
        replica.json(200, Chunks.whole("""
                "content":null,"refusal":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"dim","arguments":"{}"}}]""", "tool_calls"));
        JsonNode first = json(ask(",\"tools\":[{\"type\":\"function\",\"name\":\"dim\"}]"));
        replica.json(200, Chunks.whole("\"content\":\"Dark.\",\"refusal\":null", "stop"));
        String id = first.path("id").asString();

        HttpResponse<String> second = gateway.post(PATH, """
                {"model":"m","previous_response_id":"%s","input":[{"type":"function_call_output","call_id":"c1","output":"done"}]}""".formatted(id));

        assertThat(first.at("/output/0/call_id").asString()).isEqualTo("c1");
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(replica.received.getLast().body()).path("messages"))
                .isEqualTo(JSON.readTree("""
                [{"role":"user","content":"hi"},
                 {"role":"assistant","content":null,"tool_calls":[
                   {"id":"c1","type":"function","function":{"name":"dim","arguments":"{}"}}]},
                 {"role":"tool","tool_call_id":"c1","content":"done"}]"""));
        String items = PATH + "/" + json(second).path("id").asString() + "/input_items";
        JsonNode page = json(gateway.get(items + "?order=asc&limit=2"));
        assertThat(page.at("/data/1/type").asString()).isEqualTo("function_call");
        assertThat(page.path("has_more").asBoolean()).isTrue();
        String after = page.path("last_id").asString();
        assertThat(json(gateway.get(items + "?order=asc&after=" + after))
                        .at("/data/0/output")
                        .asString())
                .isEqualTo("done");
    }

    @Test
    void aStreamIsToldInTypedEventsAndKept() throws Exception {
        replica.streaming(
                Chunks.ROLE,
                ": ping\n\n",
                Chunks.text("Good "),
                Chunks.text("day"),
                Chunks.end("stop"),
                Chunks.USAGE,
                Chunks.DONE);

        HttpResponse<String> answer = ask(",\"stream\":true");

        assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
        assertThat(types(answer))
                .startsWith("response.created", "response.in_progress")
                .endsWith("response.completed");
        JsonNode response = last(answer).path("response");
        assertThat(response.at("/output/0/content/0/text").asString()).isEqualTo("Good day");
        assertThat(json(gateway.get(PATH + "/" + response.path("id").asString())))
                .isEqualTo(response);
        assertThat(JSON.readTree(replica.received.getLast().body())
                        .at("/stream_options/include_usage")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void whatIsNotToBeStoredIsNot() throws Exception {
        replica.json(200, Chunks.whole("\"content\":\"Hi\",\"refusal\":null", "stop"));

        String id = json(ask(",\"store\":false")).path("id").asString();

        assertThat(gateway.get(PATH + "/" + id).statusCode()).isEqualTo(404);
        assertThat(gateway.post(PATH, ASKED.formatted(",\"previous_response_id\":\"" + id + "\""))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aStreamThatBreaksEndsAsAFailedResponse() throws Exception {
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(
                        Flux.concat(
                                Flux.just(StubReplica.utf8(Chunks.text("Go"))),
                                Flux.error(new IllegalStateException("cut"))),
                        bytes -> true));

        HttpResponse<String> answer = ask(",\"stream\":true");

        assertThat(types(answer)).endsWith("response.output_text.delta", "response.failed");
        assertThat(last(answer).at("/response/error/code").asString()).isEqualTo("server_error");
        String id = last(answer).at("/response/id").asString();
        assertThat(json(gateway.get(PATH + "/" + id)).path("status").asString()).isEqualTo("failed");
    }

    @Test
    void aReplicaThatFallsSilentEndsTheStreamInItsForm() throws Exception {
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(Flux.concat(Flux.just(StubReplica.utf8(Chunks.text("Go"))), Flux.never()), bytes -> true));

        HttpResponse<String> answer = ask(",\"stream\":true");

        assertThat(types(answer)).endsWith("response.failed");
        assertThat(last(answer).path("sequence_number").asInt())
                .isEqualTo(types(answer).size() - 1);
    }

    @Test
    void whoLeavesEndsTheWorkOfTheReplica() throws Exception {
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(
                        replica.counted(Flux.concat(Flux.just(StubReplica.utf8(Chunks.text("Go"))), Flux.never())),
                        bytes -> true));
        try (Wire wire = new Wire(gateway.port())) {
            wire.post(PATH, GatewayFixture.KEY, ASKED.formatted(",\"stream\":true"))
                    .readUntil("output_text.delta");
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> replica.cancelled.get() == 1);
    }

    @Test
    void faultsAreToldByTheNamesOfTheCaller() throws Exception {
        replica.json(
                400,
                "{\"error\":{\"message\":\"Too many.\",\"type\":\"invalid_request_error\",\"param\":\"max_completion_tokens\","
                        + "\"code\":\"invalid_value\"}}");

        assertThat(json(ask("")).at("/error/param").asString()).isEqualTo("max_output_tokens");
        assertThat(json(ask(",\"stream\":true")).at("/error/param").asString()).isEqualTo("max_output_tokens");
        assertThat(json(ask(",\"tool\":1")).at("/error/param").asString()).isEqualTo("tool");
        assertThat(json(ask(",\"input\":\"ho\"")).at("/error/code").asString()).isEqualTo("invalid_json");
        assertThat(json(ask(",\"background\":true")).at("/error/param").asString())
                .isEqualTo("background");
        assertThat(json(gateway.post(PATH, ASKED.formatted("").replace("\"m\"", "\"nobody\"")))
                        .at("/error/code")
                        .asString())
                .isEqualTo("model_not_found");
    }

    @Test
    void whatWasNotAskedForInTheBackgroundIsNeitherCancelledNorReadAgain() throws Exception {
        replica.json(200, Chunks.whole("\"content\":\"Hi\",\"refusal\":null", "stop"));
        String one = PATH + "/" + json(ask("")).path("id").asString();

        assertThat(gateway.post(one + "/cancel", "").statusCode()).isEqualTo(400);
        assertThat(gateway.get(one + "?stream=true").statusCode()).isEqualTo(400);
        assertThat(gateway.get(one + "/input_items?order=up").statusCode()).isEqualTo(400);
        assertThat(gateway.post(PATH + "/resp_0/cancel", "").statusCode()).isEqualTo(404);
        assertThat(gateway.get(PATH + "/resp_0/input_items").statusCode()).isEqualTo(404);
        assertThat(gateway.get(PATH).statusCode()).isEqualTo(405);
    }

    private HttpResponse<String> delete(String path) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.url(path))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .DELETE());
    }
}
