// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** One real request through real parts. */
@ExtendWith(OnPlatform.class)
class ChatIT {

    @Test
    void streamsAnAnswerInTheOrderClientsDependOn(Platform platform) {
        Chat.Streamed streamed = new Chat(platform).stream("Set Aurora to 21 degrees", 48);
        List<JsonNode> chunks = streamed.chunks();

        assertThat(streamed.status()).isEqualTo(200);
        assertThat(streamed.requestId()).isNotBlank();
        JsonNode first = chunks.getFirst().path("choices").path(0);
        assertThat(first.path("delta").path("role").asString("")).isEqualTo("assistant");
        JsonNode usage = chunks.getLast();
        assertThat(usage.path("choices").size()).isZero();
        assertThat(usage.path("usage").path("completion_tokens").asInt()).isPositive();
        JsonNode finish = chunks.get(chunks.size() - 2).path("choices").path(0);
        assertThat(finish.path("finish_reason").asString("")).isIn("stop", "length");
        assertThat(chunks.subList(0, chunks.size() - 1)).allSatisfy(chunk -> {
            assertThat(chunk.path("object").asString("")).isEqualTo("chat.completion.chunk");
            assertThat(chunk.has("usage") && chunk.path("usage").isNull()).isTrue();
            assertThat(chunk.path("id")).isEqualTo(chunks.getFirst().path("id"));
        });
        assertThat(streamed.lines().stream()
                        .filter(line -> !line.isBlank())
                        .toList()
                        .getLast())
                .isEqualTo("data: [DONE]");
        assertThat(streamed.text()).contains("Aurora").contains("21");
    }

    @Test
    void theStreamTellsItsStages(Platform platform) {
        Chat.Streamed streamed = new Chat(platform).stream("Good morning", 16);

        assertThat(String.join("\n", streamed.comments()))
                .contains("queue;dur=", "tokenise;dur=", "prefill;dur=", "decode;dur=");
    }

    @Test
    void aWholeAnswerEqualsTheStreamedOne(Platform platform) {
        Chat chat = new Chat(platform);
        HttpResponse<String> whole =
                chat.post("/v1/chat/completions", Chat.body("Dim the lights in Fjord to 40 percent", 48, false));

        assertThat(whole.statusCode()).isEqualTo(200);
        JsonNode answer = Platform.JSON.readTree(whole.body());
        assertThat(answer.path("choices")
                        .path(0)
                        .path("message")
                        .path("content")
                        .asString())
                .isEqualTo(
                        chat.stream("Dim the lights in Fjord to 40 percent", 48).text());
        assertThat(answer.path("usage").path("total_tokens").asInt())
                .isEqualTo(answer.path("usage").path("prompt_tokens").asInt()
                        + answer.path("usage").path("completion_tokens").asInt());
        assertThat(whole.headers().firstValue("server-timing").orElse(""))
                .contains("ingress;dur=", "prefill;dur=", "decode;dur=");
    }

    @Test
    void manyAtOnceSayWhatEachSaysAlone(Platform platform) {
        Chat chat = new Chat(platform);
        List<String> prompts = List.of(
                "Set Aurora to 19 degrees",
                "Turn off the lights in the kitchen",
                "Is the garage door locked?",
                "Book Delta tomorrow at 10:30",
                "How much electricity did we use last week?",
                "Open the blinds in Ember",
                "The printer in room 204 is not working",
                "Thank you");
        List<String> alone =
                prompts.stream().map(prompt -> chat.stream(prompt, 32).text()).toList();

        var together = new ArrayList<java.util.concurrent.CompletableFuture<Chat.Streamed>>();
        prompts.forEach(prompt -> together.add(chat.stream(prompt, 32, line -> {})));

        assertThat(together.stream().map(one -> one.join().text()).toList()).isEqualTo(alone);
    }

    @Test
    void aSeedMakesASampledAnswerRepeatable(Platform platform) {
        Chat chat = new Chat(platform);
        String body = """
                {"model":"%s","temperature":1.2,"seed":7,"max_tokens":24,
                 "messages":[{"role":"user","content":"Hello"}]}""".formatted(Platform.MODEL);

        List<String> answers = List.of(content(chat, body), content(chat, body));

        assertThat(answers.get(0)).isEqualTo(answers.get(1));
    }

    private static String content(Chat chat, String body) {
        return Platform.JSON
                .readTree(chat.post("/v1/chat/completions", body).body())
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asString();
    }
}
