// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Anthropic's form at a gateway with a replica that speaks OpenAI's. */
@ExtendWith(SharedGateway.class)
class MessagesTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PATH = "/v1/messages";
    private static final String ASKED =
            "{\"model\":\"m\",\"max_tokens\":16,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";
    private static final String COMPLETION = """
            {"id":"chatcmpl-7","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":\
            {"role":"assistant","content":%s,"refusal":null%s},"logprobs":null,"finish_reason":"%s"}],"usage":\
            {"prompt_tokens":10,"completion_tokens":3,"total_tokens":13,"prompt_tokens_details":{"cached_tokens":4}}}""";

    private final GatewayFixture gateway;
    private final StubReplica replica;

    MessagesTest(GatewayFixture gateway, StubReplica replica) {
        this.gateway = gateway;
        this.replica = replica;
    }

    @Test
    void aWholeAnswerIsAMessage() throws Exception {
        replica.json(200, COMPLETION.formatted("\"Good morning\"", "", "stop"));

        HttpResponse<String> answer = ask(ASKED.formatted(""));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body())).isEqualTo(JSON.readTree("""
                {"id":"msg_7","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Good morning"}],
                 "stop_reason":"end_turn","stop_sequence":null,
                 "usage":{"input_tokens":6,"cache_read_input_tokens":4,"output_tokens":3}}"""));
        assertThat(replica.received.getLast().path()).isEqualTo("/v1/chat/completions");
    }

    @Test
    void callsOfToolsAreBlocksWithTheirInput() throws Exception {
        replica.json(200, COMPLETION.formatted("null", """
                ,"tool_calls":[{"id":"c1","type":"function","function":{"name":"dim","arguments":"{\\"level\\":5}"}}]""", "tool_calls"));

        JsonNode message = JSON.readTree(ask(ASKED.formatted("")).body());

        assertThat(message.path("stop_reason").asString()).isEqualTo("tool_use");
        assertThat(message.path("content")).isEqualTo(JSON.readTree("""
                [{"type":"tool_use","id":"c1","name":"dim","input":{"level":5}}]"""));
    }

    @Test
    void theReplicaIsAskedForAChatCompletion() throws Exception {
        replica.json(200, COMPLETION.formatted("\"ok\"", "", "length"));

        HttpResponse<String> answer = ask("""
                {"model":"m","max_tokens":16,"system":[{"type":"text","text":"Be brief."}],"temperature":0.5,"top_k":40,
                 "stop_sequences":["END"],"metadata":{"user_id":"u1"},
                 "tools":[{"name":"dim","description":"Dims","input_schema":{"type":"object"}}],
                 "tool_choice":{"type":"any","disable_parallel_tool_use":true},
                 "messages":[
                   {"role":"user","content":"dim the light"},
                   {"role":"assistant","content":[{"type":"text","text":"Yes."},
                      {"type":"tool_use","id":"c1","name":"dim","input":{"level":5}}]},
                   {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"done"}]},
                      {"type":"text","text":"and now?"}]}]}""");

        assertThat(JSON.readTree(answer.body()).path("stop_reason").asString()).isEqualTo("max_tokens");
        assertThat(JSON.readTree(replica.received.getLast().body())).isEqualTo(JSON.readTree("""
                {"model":"m","max_tokens":16,"temperature":0.5,"top_k":40,"stop":["END"],"user":"u1",
                 "tools":[{"type":"function","function":{"name":"dim","description":"Dims","parameters":{"type":"object"}}}],
                 "tool_choice":"required","parallel_tool_calls":false,
                 "messages":[
                   {"role":"system","content":"Be brief."},
                   {"role":"user","content":"dim the light"},
                   {"role":"assistant","content":"Yes.","tool_calls":[{"id":"c1","type":"function",
                      "function":{"name":"dim","arguments":"{\\"level\\":5}"}}]},
                   {"role":"tool","tool_call_id":"c1","content":"done"},
                   {"role":"user","content":"and now?"}]}"""));
    }

    @Test
    void aStreamIsToldInAnthropicsEvents() throws Exception {
        replica.streaming(
                chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null"),
                chunk("{\"content\":\"Good \"}", "null"),
                ": ping\n\n",
                chunk("{\"content\":\"morning\"}", "null"),
                chunk(
                        "{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"dim\","
                                + "\"arguments\":\"\"}}]}",
                        "null"),
                chunk("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{}\"}}]}", "null"),
                chunk("{}", "\"tool_calls\""),
                "data: {\"id\":\"chatcmpl-7\",\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":10,"
                        + "\"completion_tokens\":3}}\n\n",
                "data: [DONE]\n\n");

        HttpResponse<String> answer = ask(ASKED.formatted(",\"stream\":true"));

        assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
        assertThat(lines(answer, "event: "))
                .containsExactly(
                        "message_start",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_delta",
                        "content_block_stop",
                        "content_block_start",
                        "content_block_delta",
                        "content_block_stop",
                        "message_delta",
                        "message_stop");
        List<JsonNode> events =
                lines(answer, "data: ").stream().map(JSON::readTree).toList();
        assertThat(events.get(2).path("delta").path("text").asString()).isEqualTo("Good ");
        assertThat(events.get(5).path("content_block").path("name").asString()).isEqualTo("dim");
        assertThat(events.get(6).path("delta").path("partial_json").asString()).isEqualTo("{}");
        assertThat(events.get(8)).isEqualTo(JSON.readTree("""
                {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},
                 "usage":{"input_tokens":10,"cache_read_input_tokens":0,"output_tokens":3}}"""));
        assertThat(JSON.readTree(replica.received.getLast().body())
                        .path("stream_options")
                        .path("include_usage")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void aStreamThatBreaksEndsWithAnErrorEventOfTheirForm() throws Exception {
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(
                        reactor.core.publisher.Flux.concat(
                                reactor.core.publisher.Mono.just(
                                        StubReplica.utf8(chunk("{\"content\":\"Go\"}", "null"))),
                                reactor.core.publisher.Mono.error(new IllegalStateException("cut"))),
                        bytes -> true));

        HttpResponse<String> answer = ask(ASKED.formatted(",\"stream\":true"));

        assertThat(lines(answer, "event: ")).endsWith("content_block_delta", "error");
        JsonNode error = JSON.readTree(lines(answer, "data: ").getLast());
        assertThat(error.path("type").asString()).isEqualTo("error");
        assertThat(error.path("error").path("type").asString()).isEqualTo("api_error");
    }

    @Test
    void anErrorWithinAStreamIsItsLastEvent() throws Exception {
        replica.streaming(
                chunk("{\"content\":\"Go\"}", "null"),
                "data: {\"error\":{\"message\":\"no room\",\"type\":\"x\",\"param\":null,\"code\":\"draining\"}}\n\n",
                "data: [DONE]\n\n");

        HttpResponse<String> answer = ask(ASKED.formatted(",\"stream\":true"));

        assertThat(lines(answer, "event: ")).endsWith("content_block_delta", "error");
        assertThat(JSON.readTree(lines(answer, "data: ").getLast()).path("error"))
                .isEqualTo(JSON.readTree("""
                {"type":"overloaded_error","message":"no room"}"""));
    }

    @Test
    void aStreamThatEndsTooEarlyOrIsNoneIsToldAsAFailure() throws Exception {
        replica.streaming(chunk("{\"content\":\"Go\"}", "null"));
        assertThat(lines(ask(ASKED.formatted(",\"stream\":true")), "event: ")).endsWith("content_block_delta", "error");

        replica.streaming("id: 3\n" + chunk("{\"content\":\"Go\"}", "null"), "data: a secret answer\n\n");
        HttpResponse<String> answer = ask(ASKED.formatted(",\"stream\":true"));
        assertThat(lines(answer, "event: "))
                .containsExactly("message_start", "content_block_start", "content_block_delta", "error");
        assertThat(answer.body()).doesNotContain("secret");
    }

    @Test
    void anErrorOfTheReplicaKeepsItsStatusAndItsWait() throws Exception {
        replica.json(
                429,
                "{\"error\":{\"message\":\"full\",\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"queue_full\"}}",
                "retry-after",
                "7");

        HttpResponse<String> answer = ask(ASKED.formatted(""));

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after")).hasValue("7");
        assertThat(JSON.readTree(answer.body()).path("error")).isEqualTo(JSON.readTree("""
                {"type":"rate_limit_error","message":"full"}"""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}|400|invalid_request_error|max_tokens",
                "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[]}|400|invalid_request_error|messages",
                "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}|400|invalid_request_error|messages[0].role",
                "{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\"}]}]}|400|invalid_request_error|messages[0].content[0]",
                "{\"model\":\"m\",\"max_tokens\":1,\"thinking\":{\"type\":\"enabled\"},\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|400|invalid_request_error|thinking",
                "{\"model\":\"m\",\"max_tokens\":1,\"mcp_servers\":[1],\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|400|invalid_request_error|mcp_servers",
                "{\"model\":\"none\",\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|404|not_found_error|none",
                "{\"model\":\"m\",\"max_tokens\":null,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|400|invalid_request_error|max_tokens",
                "{|400|invalid_request_error|JSON"
            })
    void whatCantBeDoneIsToldInTheirForm(String body, int status, String type, String named) throws Exception {
        HttpResponse<String> answer = ask(body);

        assertThat(answer.statusCode()).isEqualTo(status);
        JsonNode told = JSON.readTree(answer.body());
        assertThat(told.path("type").asString()).isEqualTo("error");
        assertThat(told.path("error").path("type").asString()).isEqualTo(type);
        assertThat(told.path("error").path("message").asString()).contains(named);
        assertThat(told.path("request_id").asString())
                .isEqualTo(answer.headers().firstValue("x-request-id").orElseThrow())
                .isEqualTo(answer.headers().firstValue("request-id").orElseThrow());
    }

    @Test
    void aMissingKeyIsToldInTheirForm() throws Exception {
        HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(gateway.url(PATH))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(ASKED.formatted(""), StandardCharsets.UTF_8)));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(JSON.readTree(answer.body()).path("error").path("type").asString())
                .isEqualTo("authentication_error");
    }

    @Test
    void whatIsNotServedIsToldInTheirForm() throws Exception {
        HttpResponse<String> answer = gateway.post(PATH + "/batches", ASKED.formatted(""));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(JSON.readTree(answer.body()).path("error").path("type").asString())
                .isEqualTo("not_found_error");
    }

    private HttpResponse<String> ask(String body) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.url(PATH))
                .header("x-api-key", GatewayFixture.KEY)
                .header("anthropic-version", "2023-06-01")
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String chunk(String delta, String finish) {
        return "data: {\"id\":\"chatcmpl-7\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":"
                + "[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":" + finish + "}]}\n\n";
    }

    private static List<String> lines(HttpResponse<String> answer, String prefix) {
        return answer.body()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .toList();
    }
}
