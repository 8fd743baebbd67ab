// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import tools.jackson.databind.JsonNode;

/** Clients that people already use, unmodified, against the gateway. */
@ExtendWith(OnPlatform.class)
class ClientsIT {

    private static final String PROMPT = "Set Aurora to 21 degrees";

    @Test
    void openaiForNodeStreamsAndUnderstandsErrors(Platform platform) {
        JsonNode seen = NodeProgram.run(platform, "stream.mjs");

        assertThat(seen.path("models").toString()).contains(Platform.MODEL);
        JsonNode chunks = seen.path("chunks");
        assertThat(chunks.path(0)
                        .path("choices")
                        .path(0)
                        .path("delta")
                        .path("role")
                        .asString(""))
                .isEqualTo("assistant");
        JsonNode last = chunks.path(chunks.size() - 1);
        assertThat(last.path("usage").path("completion_tokens").asInt()).isPositive();
        assertThat(seen.path("whole")
                        .path("choices")
                        .path(0)
                        .path("message")
                        .path("content")
                        .asString(""))
                .contains("Aurora");
        assertThat(seen.path("completion").path("object").asString("")).isEqualTo("text_completion");
        assertThat(seen.path("errors").path(0).path("name").asString("")).isEqualTo("NotFoundError");
        assertThat(seen.path("errors").path(0).path("code").asString("")).isEqualTo("model_not_found");
        assertThat(seen.path("errors").path(0).path("requestId").asString("")).isNotBlank();
        assertThat(seen.path("errors").path(1).path("name").asString("")).isEqualTo("BadRequestError");
    }

    @Test
    void openaiForNodeAsksForResponsesAlsoInTheBackground(Platform platform) {
        JsonNode seen = NodeProgram.run(platform, "responses.mjs");

        String text = seen.path("whole").path("output_text").asString("");
        assertThat(text).contains("Aurora");
        assertThat(seen.at("/whole/metadata/room").asString("")).isEqualTo("Aurora");
        assertThat(seen.at("/whole/usage/output_tokens").asInt()).isPositive();
        assertThat(seen.path("again").path("output"))
                .isEqualTo(seen.path("whole").path("output"));
        assertThat(seen.at("/items/0/content/0/text").asString("")).isEqualTo(PROMPT);
        assertThat(seen.path("streamed").path("output_text").asString("")).isEqualTo(text);
        assertThat(seen.at("/events/0/type").asString("")).isEqualTo("response.created");
        assertThat(seen.at("/followed/previous_response_id").asString(""))
                .isEqualTo(seen.at("/whole/id").asString());
        assertThat(seen.path("submitted").asString("")).isEqualTo("queued");
        assertThat(seen.at("/polled/output/0/content/0/text").asString("")).isEqualTo(text);
        assertThat(seen.path("numbers").size()).isGreaterThan(5);
        assertThat(seen.at("/rest/0").asInt()).isEqualTo(4);
        assertThat(seen.path("rest").size()).isEqualTo(seen.path("numbers").size() - 4);
        assertThat(seen.path("cancelled").asString(""))
                .as("it may have ended before")
                .isIn("cancelled", "completed", "incomplete");
        assertThat(seen.path("errors").toString())
                .isEqualTo("[{\"name\":\"NotFoundError\",\"code\":\"model_not_found\",\"param\":\"model\"},"
                        + "{\"name\":\"BadRequestError\",\"code\":\"unsupported_parameter\",\"param\":\"tools[0].type\"},"
                        + "{\"name\":\"NotFoundError\",\"code\":\"not_found\",\"param\":\"response_id\"}]");
    }

    @Test
    void anthropicsClientForNodeAsksInItsOwnForm(Platform platform) {
        JsonNode seen = NodeProgram.run(platform, "messages.mjs");

        JsonNode whole = seen.path("whole");
        assertThat(whole.path("content").path(0).path("text").asString("")).contains("Aurora");
        assertThat(whole.path("usage").path("output_tokens").asInt()).isPositive();
        assertThat(seen.path("streamed").path("content")).isEqualTo(whole.path("content"));
        assertThat(seen.path("streamed").path("usage").path("input_tokens").asInt())
                .isPositive();
        assertThat(seen.path("events").path(0).asString("")).isEqualTo("message_start");
        assertThat(seen.path("events").path(seen.path("events").size() - 1).asString(""))
                .isEqualTo("message_stop");
        assertThat(seen.path("errors").toString())
                .isEqualTo("[{\"name\":\"NotFoundError\",\"status\":404,\"type\":\"not_found_error\"},"
                        + "{\"name\":\"BadRequestError\",\"status\":400,\"type\":\"invalid_request_error\"}]");
    }

    @Test
    void openaiForJavaStreamsAndUnderstandsErrors(Platform platform) {
        try (Closing client = new Closing(OpenAIOkHttpClient.builder()
                .baseUrl(platform.gateway() + "/v1")
                .apiKey(platform.apiKey())
                .maxRetries(0)
                .build())) {
            ChatCompletionCreateParams chat = ChatCompletionCreateParams.builder()
                    .model(Platform.MODEL)
                    .temperature(0)
                    .maxCompletionTokens(32)
                    .streamOptions(ChatCompletionStreamOptions.builder()
                            .includeUsage(true)
                            .build())
                    .addUserMessage(PROMPT)
                    .build();
            List<ChatCompletionChunk> chunks;
            try (var stream = client.openai().chat().completions().createStreaming(chat)) {
                chunks = stream.stream().toList();
            }

            assertThat(text(chunks)).contains("Aurora");
            assertThat(chunks.getLast().usage()).isPresent();
            assertThatThrownBy(() -> client.openai()
                            .chat()
                            .completions()
                            .create(chat.toBuilder()
                                    .streamOptions((ChatCompletionStreamOptions) null)
                                    .model("no-such-model")
                                    .build()))
                    .isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void springAiStreams(Platform platform) {
        OpenAiChatModel model = OpenAiChatModel.builder()
                .options(OpenAiChatOptions.builder()
                        .baseUrl(platform.gateway() + "/v1")
                        .apiKey(platform.apiKey())
                        .model(Platform.MODEL)
                        .temperature(0.0)
                        .maxTokens(32)
                        .build())
                .build();

        List<ChatResponse> responses = Objects.requireNonNull(
                model.stream(new Prompt(PROMPT)).collectList().block(Duration.ofMinutes(1)));

        assertThat(responses).hasSizeGreaterThan(2);
        StringBuilder text = new StringBuilder();
        responses.forEach(response -> {
            if (response.getResult() != null && response.getResult().getOutput().getText() != null) {
                text.append(response.getResult().getOutput().getText());
            }
        });
        assertThat(text.toString()).contains("Aurora");
    }

    private static String text(List<ChatCompletionChunk> chunks) {
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk ->
                chunk.choices().forEach(choice -> choice.delta().content().ifPresent(text::append)));
        return text.toString();
    }

    private record Closing(OpenAIClient openai) implements AutoCloseable {
        @Override
        public void close() {
            openai.close();
        }
    }
}
