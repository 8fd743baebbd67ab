// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static dev.rivulet.inference.completion.Answers.CHAT;
import static dev.rivulet.inference.completion.Answers.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.inference.Replica;
import dev.rivulet.inference.contract.TokenCount;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** Prompts are counted as they are when they are answered, and nothing is generated for it. */
class TokenCountTest {

    private static final String TOOLS = """
            ,"tools":[{"type":"function","function":{"name":"light","parameters":{"type":"object"}}}]""";

    private static Replica replica;
    private static Answers answers;

    @BeforeAll
    static void start() {
        replica = Replica.start("rivulet.completion.counts=1").serving(2, 24, Watcher.NONE);
        answers = new Answers(replica);
    }

    @AfterAll
    static void stop() {
        replica.close();
    }

    private static String chat(String content, String fields) {
        return "{\"model\":\"fake\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\","
                + "\"content\":\"" + content + "\"}]" + fields + "}";
    }

    private static WebTestClient.ResponseSpec ask(String body, String... headers) {
        return replica.client()
                .post()
                .uri(TokenCount.PATH)
                .contentType(MediaType.APPLICATION_JSON)
                .headers(all -> {
                    for (int i = 0; i < headers.length; i += 2) {
                        all.set(headers[i], headers[i + 1]);
                    }
                })
                .bodyValue(body)
                .exchange();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", TOOLS, TOOLS + ",\"tool_choice\":\"none\""})
    void aChatHasTheTokensThatItsAnswerIsChargedFor(String fields) {
        String body = chat("dark here \uD83D\uDE00", fields + ",\"max_tokens\":1");

        JsonNode count = answers.whole(TokenCount.PATH, body);

        assertThat(count.path("count")).isEqualTo(answers.whole(CHAT, body).at("/usage/prompt_tokens"));
        assertThat(count.path("max_model_len").asInt()).isEqualTo(512);
    }

    @Test
    void soHasAText() {
        String body = "{\"model\":\"fake\",\"prompt\":[\"Good morning\"],\"max_tokens\":1}";

        assertThat(answers.whole(TokenCount.PATH, body).path("count"))
                .isEqualTo(answers.whole(TEXT, body).at("/usage/prompt_tokens"));
    }

    @Test
    void aPromptThatIsTooLongToBeAnsweredIsCounted() {
        assertThat(answers.whole(TokenCount.PATH, chat("x".repeat(2_000), ""))
                        .path("count")
                        .asInt())
                .isGreaterThan(2_000);
    }

    @Test
    void whatWouldShapeAnAnswerIsPassedOver() {
        assertThat(answers.whole(TokenCount.PATH, chat("x", ",\"temperature\":\"hot\",\"n\":99,\"stream\":true"))
                        .path("count"))
                .isEqualTo(answers.whole(TokenCount.PATH, chat("x", "")).path("count"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello|400|invalid_json|",
                "{\"model\":\"fake\"}|400|missing_parameter|messages",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|400|missing_parameter|model",
                "{\"model\":\"gpt\",\"prompt\":\"x\"}|404|model_not_found|model",
                "{\"model\":\"fake\",\"prompt\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|400|invalid_value|messages",
                "{\"model\":\"fake\",\"messages\":[{\"role\":\"god\",\"content\":\"x\"}]}|400|invalid_value|messages[0].role",
                "{\"model\":\"fake\",\"prompt\":\"\"}|400|invalid_value|prompt"
            })
    void whatCantBeCountedIsNamed(String body, int status, String code, String param) {
        var told = ask(body).expectStatus().isEqualTo(status).expectBody();

        told.jsonPath("$.error.code").isEqualTo(code);
        if (param == null) {
            told.jsonPath("$.error.param").isEmpty();
        } else {
            told.jsonPath("$.error.param").isEqualTo(param);
        }
    }

    @Test
    void aTimeThatIsNoneIsRefused() {
        ask(chat("x", ""), "x-request-timeout-ms", "soon").expectStatus().isBadRequest();
    }

    /** One whose body does not come holds the only place. */
    @Test
    void noMoreAreCountedAtOnceThanMayBe() throws IOException {
        try (Socket slow = new Socket("127.0.0.1", replica.port())) {
            slow.getOutputStream().write(("POST " + TokenCount.PATH + """
                     HTTP/1.1\r
                    host: 127.0.0.1\r
                    content-type: application/json\r
                    content-length: 100\r
                    \r
                    {""").getBytes(StandardCharsets.UTF_8));
            eventually(HttpStatus.TOO_MANY_REQUESTS);
            ask(chat("x", "")).expectHeader().valueEquals("retry-after", "1");
        }
        eventually(HttpStatus.OK);
    }

    private static void eventually(HttpStatus status) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> ask(chat("x", "")).expectStatus().isEqualTo(status));
    }
}
