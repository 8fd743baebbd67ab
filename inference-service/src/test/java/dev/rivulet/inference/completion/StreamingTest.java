// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.inference.Replica;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Streams and whole answers as OpenAI's clients read them. */
class StreamingTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static Replica replica;

    @BeforeAll
    static void start() {
        replica = Replica.start().serving(4, 24, Watcher.NONE);
    }

    @AfterAll
    static void stop() {
        replica.close();
    }

    @Test
    void aStreamOpensWithTheRoleAndEndsWithReasonUsageAndDone() {
        List<String> lines = stream("/v1/chat/completions", """
                {"model":"fake","stream":true,"stream_options":{"include_usage":true},"max_tokens":8,
                 "messages":[{"role":"user","content":"hi"}]}""");
        assertThat(lines.getLast()).isEqualTo("data: [DONE]");
        List<JsonNode> chunks = chunks(lines);
        JsonNode first = chunks.getFirst();
        assertThat(first.path("object").asString()).isEqualTo("chat.completion.chunk");
        assertThat(first.at("/choices/0/delta/role").asString()).isEqualTo("assistant");
        assertThat(first.at("/choices/0/delta/content").asString()).isEmpty();
        assertThat(first.at("/choices/0/finish_reason").isNull()).isTrue();
        assertThat(chunks)
                .extracting(chunk -> chunk.path("id").asString())
                .containsOnly(first.path("id").asString());
        assertThat(chunks)
                .extracting(chunk -> chunk.path("created").asLong())
                .hasSize(chunks.size())
                .doesNotContain(0L);
        JsonNode usage = chunks.getLast();
        assertThat(usage.path("choices").isEmpty()).isTrue();
        assertThat(usage.at("/usage/completion_tokens").asInt()).isBetween(1, 8);
        assertThat(usage.at("/usage/total_tokens").asInt())
                .isEqualTo(usage.at("/usage/prompt_tokens").asInt()
                        + usage.at("/usage/completion_tokens").asInt());
        assertThat(chunks.subList(0, chunks.size() - 1))
                .allMatch(chunk -> chunk.has("usage") && chunk.get("usage").isNull());
        JsonNode finish = chunks.get(chunks.size() - 2);
        assertThat(finish.at("/choices/0/finish_reason").asString()).isIn("stop", "length");
        assertThat(finish.at("/choices/0/delta").isEmpty()).isTrue();
        assertThat(lines)
                .anyMatch(
                        line -> line.matches(
                                ": server-timing tokenise;dur=[0-9.]+, queue;dur=.*, prefill;dur=.*, decode;dur=.*, postprocess;dur=.*"));
    }

    @Test
    void withoutIncludeUsageNoChunkHasUsage() {
        List<JsonNode> chunks = chunks(stream("/v1/chat/completions", """
                {"model":"fake","stream":true,"max_tokens":3,"messages":[{"role":"user","content":"hi"}]}"""));
        assertThat(chunks).noneMatch(chunk -> chunk.has("usage"));
    }

    @Test
    void aStreamAndAWholeAnswerSayTheSame() {
        String body = """
                {"model":"fake","stream":%s,"max_tokens":40,"messages":[{"role":"system","content":"s"},
                 {"role":"user","content":[{"type":"text","text":"Grüße "},{"type":"text","text":"😀"}]}]}""";
        String streamed = text(chunks(stream("/v1/chat/completions", body.formatted(true))));
        JsonNode whole = whole("/v1/chat/completions", body.formatted(false));
        assertThat(whole.at("/choices/0/message/content").asString())
                .isEqualTo(streamed)
                .isNotEmpty();
        assertThat(whole.path("object").asString()).isEqualTo("chat.completion");
        assertThat(whole.at("/choices/0/message/role").asString()).isEqualTo("assistant");
        assertThat(whole.at("/usage/total_tokens").asInt()).isPositive();
    }

    @Test
    void completionsStreamAndAnswerToo() {
        String body = """
                {"model":"fake","prompt":"once upon","max_tokens":12,"stream":%s}""";
        List<JsonNode> chunks = chunks(stream("/v1/completions", body.formatted(true)));
        assertThat(chunks.getFirst().path("object").asString()).isEqualTo("text_completion");
        String streamed = chunks.stream()
                .map(chunk -> chunk.at("/choices/0/text").asString())
                .collect(Collectors.joining());
        JsonNode whole = whole("/v1/completions", body.formatted(false));
        assertThat(whole.at("/choices/0/text").asString()).isEqualTo(streamed).isNotEmpty();
        assertThat(whole.path("id").asString()).startsWith("cmpl-");
    }

    @Test
    void aSeedDecidesASampledAnswer() {
        String body = """
                {"model":"fake","max_tokens":30,"temperature":1.5,"seed":%d,"messages":[{"role":"user","content":"dice"}]}""";
        String first = content(body.formatted(7));
        assertThat(content(body.formatted(7))).isEqualTo(first);
        assertThat(List.of(content(body.formatted(8)), content(body.formatted(9))))
                .anyMatch(other -> !other.equals(first));
    }

    @Test
    void aStopStringEndsTheAnswerAndIsNotPartOfIt() {
        String body = """
                {"model":"fake","max_tokens":20,"messages":[{"role":"user","content":"stop here"}]%s}""";
        String free = content(body.formatted(""));
        String stop = free.substring(2, 5);
        String stopped = content(body.formatted(",\"stop\":[\"@@@\",\"" + stop + "\"]"));
        assertThat(stopped).isEqualTo(free.substring(0, free.indexOf(stop)));
    }

    @Test
    void anAnswerIsCutAtTheEndOfTheContext() {
        String prompt = "a".repeat(500);
        JsonNode whole = whole("/v1/completions", """
                {"model":"fake","prompt":"%s","max_tokens":4000}""".formatted(prompt));
        assertThat(whole.at("/usage/total_tokens").asInt()).isLessThanOrEqualTo(512);
        assertThat(whole.at("/choices/0/finish_reason").asString()).isIn("length", "stop");
    }

    @Test
    void whatTheCacheHeldOfARepeatedPromptIsToldAndBelongsToOneTenant() {
        String body = """
                {"model":"fake","stream":%s,"stream_options":{"include_usage":true},"max_tokens":2,
                 "messages":[{"role":"user","content":"The same long question once more, please."}]}""";
        String cached = "/usage/prompt_tokens_details/cached_tokens";
        JsonNode first = JSON.readTree(exchange("/v1/chat/completions", body.formatted(false), "blue"));
        JsonNode again = JSON.readTree(exchange("/v1/chat/completions", body.formatted(false), "blue"));
        JsonNode other = JSON.readTree(exchange("/v1/chat/completions", body.formatted(false), "green"));
        String streamed = exchange("/v1/chat/completions", body.formatted(true), "blue");
        assertThat(first.at(cached).asInt()).isZero();
        assertThat(again.at(cached).asInt())
                .isGreaterThan(again.at("/usage/prompt_tokens").asInt() - 17);
        assertThat(other.at(cached).asInt()).isZero();
        assertThat(streamed)
                .contains("\"prompt_tokens_details\":{\"cached_tokens\":"
                        + again.at(cached).asInt() + "}}}");
    }

    @Test
    void whereAModelsScoresAreNoNumbersTheRequestFailsInsteadOfAnsweringAnything() {
        String body = "{\"model\":\"fake\",\"stream\":%s,\"max_tokens\":4,\"prompt\":\"so \\u001a far\"}";
        for (boolean streamed : List.of(false, true)) {
            assertThat(failed(body.formatted(streamed)))
                    .contains("\"code\":\"internal_error\"", "are no numbers")
                    .doesNotContain("[DONE]");
        }
        assertThat(whole("/v1/completions", body.formatted(false).replace("\\u001a", "so"))
                        .at("/usage/completion_tokens")
                        .asInt())
                .isPositive();
    }

    @Test
    void modelsAreListed() {
        replica.client()
                .get()
                .uri("/v1/models")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.object")
                .isEqualTo("list")
                .jsonPath("$.data[0].id")
                .isEqualTo("fake")
                .jsonPath("$.data[0].object")
                .isEqualTo("model");
    }

    @Test
    void everyAnswerCarriesItsRequestIdAndStageTimes() {
        replica.client()
                .post()
                .uri("/v1/chat/completions")
                .header("x-request-id", "abc-123")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("""
                        {"model":"fake","max_tokens":2,"messages":[{"role":"user","content":"x"}]}""")
                .exchange()
                .expectHeader()
                .valueEquals("x-request-id", "abc-123")
                .expectHeader()
                .valueMatches("Server-Timing", "tokenise;dur=[0-9.]+, queue;dur=.*");
    }

    private static String content(String body) {
        return whole("/v1/chat/completions", body)
                .at("/choices/0/message/content")
                .asString();
    }

    private static JsonNode whole(String path, String body) {
        return JSON.readTree(exchange(path, body));
    }

    private static List<String> stream(String path, String body) {
        return exchange(path, body).lines().filter(line -> !line.isEmpty()).toList();
    }

    private static String exchange(String path, String body) {
        return exchange(path, body, "test");
    }

    private static String exchange(String path, String body, String tenant) {
        return String.valueOf(replica.client()
                .post()
                .uri(path)
                .header(RequestTerms.TENANT, tenant)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    /** What comes where the status says of a failure, or has gone out as a success before it. */
    private static String failed(String body) {
        return String.valueOf(replica.client()
                .post()
                .uri("/v1/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    private static List<JsonNode> chunks(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> JSON.readTree(line.substring(6)))
                .toList();
    }

    private static String text(List<JsonNode> chunks) {
        return chunks.stream()
                .map(chunk -> chunk.at("/choices/0/delta/content").asString(""))
                .collect(Collectors.joining());
    }
}
