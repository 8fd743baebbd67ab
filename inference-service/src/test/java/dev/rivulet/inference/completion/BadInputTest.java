// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.inference.Replica;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever is wrong with a request, it gets a 4xx with all four keys of the error object, soon, and the replica lives on. */
class BadInputTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String CHAT = "/v1/chat/completions";
    private static final String TEXT = "/v1/completions";
    private static final String USER = "\"model\":\"fake\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";
    private static final String SCHEMA = "response_format.json_schema.schema";
    private static Replica replica;
    private static HttpClient http;

    /** One bad body; {@code param} and {@code code} are what the answer must name. */
    private record Bad(String name, String path, String body, int status, String param, String code) {}

    @BeforeAll
    static void start() {
        replica = Replica.start().serving(2, 24, Watcher.NONE);
        http = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        http.close();
        replica.close();
    }

    @TestFactory
    Stream<DynamicTest> everyFaultIsNamed() {
        return table().stream()
                .map(bad -> DynamicTest.dynamicTest(bad.name(), () -> {
                    HttpResponse<String> answer = post(bad.path(), bad.body().getBytes(StandardCharsets.UTF_8));
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(bad.status());
                    JsonNode error = error(answer);
                    assertThat(error.get("param").asString(""))
                            .as(answer.body())
                            .isEqualTo(bad.param());
                    assertThat(error.get("code").asString()).isEqualTo(bad.code());
                }));
    }

    private static List<Bad> table() {
        List<Bad> table = new ArrayList<>(malformed());
        table.addAll(values());
        table.addAll(shapes());
        table.addAll(messages());
        table.addAll(unsupported());
        table.addAll(tools());
        return table;
    }

    private static List<Bad> malformed() {
        return List.of(
                new Bad("no JSON", CHAT, "hello", 400, "", "invalid_json"),
                new Bad("an empty body", CHAT, "", 400, "", "invalid_value"),
                new Bad("an array", CHAT, "[]", 400, "", "invalid_value"),
                new Bad("an unfinished object", CHAT, "{" + USER, 400, "", "invalid_json"),
                new Bad("two objects", CHAT, "{" + USER + "}{}", 400, "", "invalid_json"),
                new Bad("a key given twice", CHAT, "{\"model\":\"a\"," + USER + "}", 400, "", "invalid_json"),
                new Bad("NaN", CHAT, "{" + USER + ",\"temperature\":NaN}", 400, "", "invalid_json"),
                new Bad(
                        "a number of 10,000 digits",
                        CHAT,
                        "{" + USER + ",\"seed\":" + "9".repeat(10_000) + "}",
                        400,
                        "",
                        "invalid_json"),
                new Bad("depth 10,000", CHAT, "{\"x\":" + "[".repeat(10_000), 400, "", "invalid_json"),
                new Bad(
                        "a million tokens",
                        CHAT,
                        "{\"x\":[" + "0,".repeat(400_000) + "0]," + USER + "}",
                        400,
                        "",
                        "invalid_json"),
                new Bad(
                        "half a surrogate pair",
                        CHAT,
                        messages("\\ud83d"),
                        400,
                        "messages[0].content",
                        "invalid_value"),
                new Bad("a NUL", CHAT, messages("a\\u0000"), 400, "messages[0].content", "invalid_value"));
    }

    private static List<Bad> values() {
        return List.of(
                value("no model", "\"messages\":[]", "messages"),
                new Bad(
                        "a missing model",
                        CHAT,
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                        400,
                        "model",
                        "missing_parameter"),
                new Bad("a missing prompt", TEXT, "{\"model\":\"fake\"}", 400, "prompt", "missing_parameter"),
                new Bad(
                        "an unknown model",
                        TEXT,
                        "{\"model\":\"gpt\",\"prompt\":\"x\"}",
                        404,
                        "model",
                        "model_not_found"),
                value("a model that is a number", "\"model\":5", "model"),
                value("an empty model", "\"model\":\" \"", "model"),
                value("max_tokens -1", USER + ",\"max_tokens\":-1", "max_tokens"),
                value("max_tokens 0", USER + ",\"max_tokens\":0", "max_tokens"),
                value("max_tokens 2^31", USER + ",\"max_tokens\":2147483648", "max_tokens"),
                value("max_tokens 1e308", USER + ",\"max_tokens\":1e308", "max_tokens"),
                value("max_tokens of 30 digits", USER + ",\"max_tokens\":" + "9".repeat(30), "max_tokens"),
                value(
                        "max_completion_tokens as text",
                        USER + ",\"max_completion_tokens\":\"5\"",
                        "max_completion_tokens"),
                value("temperature 3", USER + ",\"temperature\":3", "temperature"),
                value("temperature 1e999", USER + ",\"temperature\":1e999", "temperature"),
                value("temperature as text", USER + ",\"temperature\":\"hot\"", "temperature"),
                value("top_p 0", USER + ",\"top_p\":0", "top_p"),
                value("top_k -2", USER + ",\"top_k\":-2", "top_k"),
                value("seed 1.5", USER + ",\"seed\":1.5", "seed"),
                value("stream as text", USER + ",\"stream\":\"yes\"", "stream"),
                value("stream_options as a number", USER + ",\"stream_options\":1", "stream_options"),
                value(
                        "include_usage as a number",
                        USER + ",\"stream_options\":{\"include_usage\":1}",
                        "stream_options.include_usage"),
                value("five stops", USER + ",\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "stop"),
                value("a thousand stops", USER + ",\"stop\":[" + "\"a\",".repeat(999) + "\"a\"]", "stop"),
                value("an empty stop", USER + ",\"stop\":[\"a\",\"\"]", "stop[1]"),
                value("a stop that is a number", USER + ",\"stop\":7", "stop"));
    }

    private static List<Bad> shapes() {
        return List.of(
                value("n 0", USER + ",\"n\":0", "n"),
                value(
                        "an unknown type in a schema",
                        USER + schema("{\"properties\":{\"a\":{\"type\":\"frog\"}}}"),
                        "response_format.json_schema.schema.properties.a.type"),
                value(
                        "a keyword that isn't supported",
                        USER + schema("{\"type\":\"integer\",\"multipleOf\":7}"),
                        "response_format.json_schema.schema.multipleOf"),
                value("a schema that is endless", USER + schema("{\"$ref\":\"#\"}"), SCHEMA),
                value("a pattern of a million states", USER + ",\"guided_regex\":\"(a{999}){999}\"", "guided_regex"),
                value(
                        "an unfinished expression",
                        USER + ",\"structured_outputs\":{\"regex\":\"(\"}",
                        "structured_outputs.regex"),
                value(
                        "two forms",
                        USER + ",\"guided_regex\":\"a\",\"response_format\":{\"type\":\"json_object\"}",
                        "response_format"),
                missing("a format without a schema", USER + ",\"response_format\":{\"type\":\"json_schema\"}", SCHEMA),
                value("n 17", USER + ",\"n\":17", "n"),
                value("n 10,000", USER + ",\"n\":10000", "n"),
                value("min_p 2", USER + ",\"min_p\":2", "min_p"),
                value("repetition_penalty 0", USER + ",\"repetition_penalty\":0", "repetition_penalty"),
                value("presence_penalty 3", USER + ",\"presence_penalty\":3", "presence_penalty"),
                value("frequency_penalty as text", USER + ",\"frequency_penalty\":\"1\"", "frequency_penalty"),
                value("logit_bias 101", USER + ",\"logit_bias\":{\"5\":101}", "logit_bias.5"),
                value("logit_bias of a word", USER + ",\"logit_bias\":{\"cat\":1}", "logit_bias"),
                value("logit_bias of no token of the model", USER + ",\"logit_bias\":{\"259\":1}", "logit_bias"),
                value("1,025 biases", USER + ",\"logit_bias\":{" + biases(1025) + "}", "logit_bias"),
                value("300,000 biases", USER + ",\"logit_bias\":{" + biases(300_000) + "}", "logit_bias"),
                new Bad(
                        "a million biases",
                        CHAT,
                        "{" + USER + ",\"logit_bias\":{" + biases(1_000_000) + "}}",
                        413,
                        "",
                        "request_too_large"),
                value("logprobs as a number", USER + ",\"logprobs\":1", "logprobs"),
                value("top_logprobs 21", USER + ",\"logprobs\":true,\"top_logprobs\":21", "top_logprobs"),
                value("top_logprobs alone", USER + ",\"top_logprobs\":2", "top_logprobs"));
    }

    private static String schema(String schema) {
        return ",\"response_format\":{\"json_schema\":{\"name\":\"x\",\"schema\":" + schema
                + ",\"strict\":true},\"type\":\"json_schema\"}";
    }

    private static String tool(String parameters) {
        return ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":" + parameters + "}}]";
    }

    private static String biases(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"" + i + "\":1").collect(Collectors.joining(","));
    }

    private static List<Bad> messages() {
        return List.of(
                value("messages that are a number", "\"model\":\"fake\",\"messages\":5", "messages"),
                value("no messages", "\"model\":\"fake\",\"messages\":[]", "messages"),
                value("a message that is text", "\"model\":\"fake\",\"messages\":[\"x\"]", "messages[0]"),
                value(
                        "an unknown role",
                        "\"model\":\"fake\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"},"
                                + "{\"role\":\"god\",\"content\":\"x\"}]",
                        "messages[1].role"),
                value(
                        "content that is a number",
                        "\"model\":\"fake\",\"messages\":[{\"role\":\"user\",\"content\":7}]",
                        "messages[0].content"),
                missing("no role", "\"model\":\"fake\",\"messages\":[{\"content\":\"x\"}]", "messages[0].role"),
                missing("no content", "\"model\":\"fake\",\"messages\":[{\"role\":\"user\"}]", "messages[0].content"),
                missing(
                        "null content",
                        "\"model\":\"fake\",\"messages\":[{\"role\":\"user\",\"content\":null}]",
                        "messages[0].content"),
                missing(
                        "a part without text",
                        "\"model\":\"fake\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]",
                        "messages[0].content[0].text"));
    }

    private static List<Bad> unsupported() {
        return List.of(
                refused("best_of 2", USER + ",\"best_of\":2", "best_of"),
                refused(
                        "response_format of grammar",
                        USER + ",\"response_format\":{\"type\":\"grammar\"}",
                        "response_format.type"),
                refused(
                        "a choice of outputs",
                        USER + ",\"structured_outputs\":{\"choice\":[\"a\"]}",
                        "structured_outputs.choice"),
                refused("chat_template", USER + ",\"chat_template\":\"{{ x }}\"", "chat_template"),
                refused("chat_template_kwargs", USER + ",\"chat_template_kwargs\":{}", "chat_template_kwargs"),
                refused(
                        "a picture for a model of text",
                        "\"model\":\"fake\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                                + "\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
                                + "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\"}}]}]",
                        "messages[0].content[0].type"),
                refused("messages for completions", "\"model\":\"fake\",\"prompt\":\"x\"", "prompt"),
                new Bad(
                        "token ids",
                        TEXT,
                        "{\"model\":\"fake\",\"prompt\":[1,2]}",
                        400,
                        "prompt[0]",
                        "unsupported_parameter"),
                new Bad(
                        "two prompts",
                        TEXT,
                        "{\"model\":\"fake\",\"prompt\":[\"a\",\"b\"]}",
                        400,
                        "prompt",
                        "unsupported_parameter"),
                new Bad(
                        "echo",
                        TEXT,
                        "{\"model\":\"fake\",\"prompt\":\"a\",\"echo\":true}",
                        400,
                        "echo",
                        "unsupported_parameter"));
    }

    private static List<Bad> tools() {
        return List.of(
                refused("a tool that is no function", USER + ",\"tools\":[{\"type\":\"web\"}]", "tools[0].type"),
                missing(
                        "a tool without a function",
                        USER + ",\"tools\":[{\"type\":\"function\"}]",
                        "tools[0].function"),
                value(
                        "a tool whose name has a space",
                        USER + ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]",
                        "tools[0].function.name"),
                value("a choice without tools", USER + ",\"tool_choice\":\"required\"", "tool_choice"),
                value(
                        "a choice of no tool",
                        USER + tool("{}") + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}}",
                        "tool_choice.function.name"),
                value(
                        "a forced tool with a keyword that isn't supported",
                        USER + tool("{\"minProperties\":1}") + ",\"tool_choice\":\"required\"",
                        "tools.f.parameters.minProperties"),
                value(
                        "a forced tool beside a form",
                        USER + tool("{}") + ",\"tool_choice\":\"required\",\"guided_regex\":\"a\"",
                        "tool_choice"),
                new Bad(
                        "tools for completions",
                        TEXT,
                        "{\"model\":\"fake\",\"prompt\":\"a\"" + tool("{}") + "}",
                        400,
                        "tools",
                        "unsupported_parameter"),
                refused(
                        "a function message",
                        "\"model\":\"fake\",\"messages\":[{\"role\":\"function\",\"content\":\"x\"}]",
                        "messages[0].role"),
                missing(
                        "a tool message of no call",
                        "\"model\":\"fake\",\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]",
                        "messages[0].tool_call_id"),
                missing(
                        "a call without an id",
                        "\"model\":\"fake\",\"messages\":[{\"role\":\"assistant\",\"content\":\"x\",\"tool_calls\":[{}]}]",
                        "messages[0].tool_calls[0].id"),
                value(
                        "a call whose arguments are no JSON",
                        "\"model\":\"fake\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\","
                                + "\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}]",
                        "messages[0].tool_calls[0].function.arguments"));
    }

    private static String messages(String content) {
        return "{\"model\":\"fake\",\"messages\":[{\"role\":\"user\",\"content\":\"" + content + "\"}]}";
    }

    private static Bad value(String name, String fields, String param) {
        return new Bad(name, CHAT, "{" + fields + "}", 400, param, "invalid_value");
    }

    private static Bad missing(String name, String fields, String param) {
        return new Bad(name, CHAT, "{" + fields + "}", 400, param, "missing_parameter");
    }

    private static Bad refused(String name, String fields, String param) {
        return new Bad(name, CHAT, "{" + fields + "}", 400, param, "unsupported_parameter");
    }

    @Test
    void whatSaysNothingIsAccepted() throws Exception {
        String body = "{" + USER
                + ",\"max_tokens\":1,\"tools\":[],\"tool_choice\":\"none\",\"logprobs\":false,\"logit_bias\":{},"
                + "\"n\":1,\"stop\":null,\"frequency_penalty\":0,\"presence_penalty\":0.0,\"response_format\":{\"type\":\"text\"},"
                + "\"functions\":null,\"seed\":null,\"temperature\":null,\"user\":\"u\",\"metadata\":{\"a\":[1,{\"b\":2}]},"
                + "\"modalities\":[\"text\"],\"stream_options\":null,\"made_up\":{\"deep\":[[[]]]}}";
        assertThat(post(CHAT, body.getBytes(StandardCharsets.UTF_8)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("{\"model\":\"fake\",\"prompt\":\"".getBytes(StandardCharsets.UTF_8));
        body.writeBytes(new byte[] {(byte) 0xc3, (byte) 0x28, (byte) 0xed, (byte) 0xa0, (byte) 0x80});
        body.writeBytes("\"}".getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer = post(TEXT, body.toByteArray());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(error(answer).get("message").asString())
                .contains("not UTF-8")
                .contains("offset 26");
    }

    @Test
    void aBodyOfTenMegabytesIsTooLargeWithAndWithoutItsLength() throws Exception {
        byte[] body = new byte[10 << 20];
        assertThat(status(post(CHAT, body))).isEqualTo("413 request_too_large");
        HttpRequest chunked = request(CHAT, BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body)))
                .build();
        assertThat(status(http.send(chunked, BodyHandlers.ofString()))).isEqualTo("413 request_too_large");
    }

    @Test
    void aThousandMessagesThatOverflowTheContextAreToldTheNumbers() throws Exception {
        String message = "{\"role\":\"user\",\"content\":\"hello\"}";
        String body = "{\"model\":\"fake\",\"messages\":[" + (message + ",").repeat(999) + message + "]}";
        HttpResponse<String> answer = post(CHAT, body.getBytes(StandardCharsets.UTF_8));
        assertThat(status(answer)).isEqualTo("400 context_length_exceeded");
        assertThat(error(answer).get("message").asString())
                .containsPattern("has \\d{4,} tokens")
                .contains("512");
        assertThat(error(answer).get("param").asString()).isEqualTo("messages");
    }

    @Test
    void otherTypesPathsAndMethodsAreRefusedInTheSameShape() throws Exception {
        HttpRequest form = HttpRequest.newBuilder(URI.create(replica.url() + CHAT))
                .POST(BodyPublishers.ofString("a=b"))
                .header("content-type", "application/x-www-form-urlencoded")
                .build();
        assertThat(status(http.send(form, BodyHandlers.ofString()))).isEqualTo("415 unsupported_media_type");
        HttpRequest zipped = request(CHAT, BodyPublishers.ofByteArray(new byte[20]))
                .header("content-encoding", "gzip")
                .build();
        assertThat(status(http.send(zipped, BodyHandlers.ofString()))).isEqualTo("415 unsupported_media_type");
        HttpRequest get =
                HttpRequest.newBuilder(URI.create(replica.url() + CHAT)).build();
        assertThat(status(http.send(get, BodyHandlers.ofString()))).isEqualTo("405 method_not_allowed");
        HttpRequest elsewhere = request("/v1/nowhere", BodyPublishers.noBody()).build();
        assertThat(status(http.send(elsewhere, BodyHandlers.ofString()))).isEqualTo("404 not_found");
        HttpRequest model = HttpRequest.newBuilder(URI.create(replica.url() + "/v1/models/none"))
                .build();
        assertThat(status(http.send(model, BodyHandlers.ofString()))).isEqualTo("404 model_not_found");
    }

    @Test
    void afterAllOfItTheReplicaHoldsNothing() throws Exception {
        post(CHAT, "{".getBytes(StandardCharsets.UTF_8));
        assertThat(post(TEXT, "{\"model\":\"fake\",\"prompt\":\"x\"}".getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(200);
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(replica.models().sequences()).isZero();
            assertThat(replica.bean(dev.rivulet.inference.admission.AdmissionGate.class)
                            .inside())
                    .isZero();
        });
    }

    private static String status(HttpResponse<String> answer) {
        return answer.statusCode() + " " + error(answer).get("code").asString();
    }

    private static JsonNode error(HttpResponse<String> answer) {
        JsonNode error = JSON.readTree(answer.body()).path("error");
        assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(error.get("message").asString()).isNotBlank().doesNotContain("Exception");
        return error;
    }

    private static HttpRequest.Builder request(String path, HttpRequest.BodyPublisher body) {
        return HttpRequest.newBuilder(URI.create(replica.url() + path))
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json")
                .POST(body);
    }

    private static HttpResponse<String> post(String path, byte[] body) throws Exception {
        return http.send(request(path, BodyPublishers.ofByteArray(body)).build(), BodyHandlers.ofString());
    }
}
