// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonIntegerSchema;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** LangChain4j's client of OpenAI's API, unmodified. */
@ExtendWith(OnPlatform.class)
class LangChain4jIT {

    private static final String PROMPT = "Set Aurora to 21 degrees";
    private static final JsonObjectSchema SETTING = JsonObjectSchema.builder()
            .addProperty(
                    "room",
                    JsonEnumSchema.builder().enumValues("Aurora", "Borealis").build())
            .addProperty("degrees", JsonIntegerSchema.builder().build())
            .required("room", "degrees")
            .additionalProperties(false)
            .build();

    private static OpenAiChatModel.OpenAiChatModelBuilder model(Platform platform) {
        return OpenAiChatModel.builder()
                .baseUrl(platform.gateway() + "/v1")
                .apiKey(platform.apiKey())
                .modelName(Platform.MODEL)
                .temperature(0.0)
                .maxTokens(48)
                .maxRetries(0);
    }

    private static ChatRequest.Builder asked() {
        return ChatRequest.builder().messages(UserMessage.from(PROMPT));
    }

    @Test
    void itChatsAndCountsTokens(Platform platform) {
        ChatResponse answer = model(platform).build().chat(asked().build());

        assertThat(answer.aiMessage().text()).contains("Aurora");
        assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(answer.tokenUsage().totalTokenCount())
                .isEqualTo(answer.tokenUsage().inputTokenCount()
                        + answer.tokenUsage().outputTokenCount());
    }

    @Test
    void itStreamsWhatTheWholeAnswerSays(Platform platform) throws Exception {
        Collected collected = new Collected();
        OpenAiStreamingChatModel.builder()
                .baseUrl(platform.gateway() + "/v1")
                .apiKey(platform.apiKey())
                .modelName(Platform.MODEL)
                .temperature(0.0)
                .maxTokens(48)
                .build()
                .chat(asked().build(), collected);

        ChatResponse whole = collected.whole.get(1, TimeUnit.MINUTES);
        assertThat(collected.text.toString()).isEqualTo(whole.aiMessage().text());
        assertThat(whole.aiMessage().text())
                .isEqualTo(model(platform)
                        .build()
                        .chat(asked().build())
                        .aiMessage()
                        .text());
        assertThat(whole.tokenUsage().outputTokenCount()).isPositive();
    }

    @Test
    void itGetsAnObjectOfASchema(Platform platform) {
        ResponseFormat format = ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(JsonSchema.builder()
                        .name("setting")
                        .rootElement(SETTING)
                        .build())
                .build();

        String text = model(platform)
                .strictJsonSchema(true)
                .build()
                .chat(asked().responseFormat(format).build())
                .aiMessage()
                .text();

        JsonNode setting = Platform.JSON.readTree(text);
        assertThat(setting.path("room").asString("")).isIn("Aurora", "Borealis");
        assertThat(setting.path("degrees").isIntegralNumber()).isTrue();
    }

    @Test
    void itGetsEmbeddings(Platform platform) {
        Embedder.on(platform);

        var answer = OpenAiEmbeddingModel.builder()
                .baseUrl(platform.gateway() + "/v1")
                .apiKey(platform.apiKey())
                .modelName(Embedder.MODEL)
                .maxRetries(0)
                .build()
                .embedAll(List.of(TextSegment.from("the lamp"), TextSegment.from("the door")));

        assertThat(answer.content()).hasSize(2).allMatch(vector -> vector.dimension() == Embedder.DIMENSIONS);
        assertThat(answer.tokenUsage()).isNotNull();
    }

    @Test
    void itUnderstandsErrors(Platform platform) {
        ToolSpecification tool =
                ToolSpecification.builder().name("dim").parameters(SETTING).build();

        assertThatThrownBy(() -> model(platform).modelName("none").build().chat(PROMPT))
                .isInstanceOf(ModelNotFoundException.class);
        assertThatThrownBy(() -> model(platform).apiKey("wrong").build().chat(PROMPT))
                .isInstanceOf(AuthenticationException.class);
        assertThatThrownBy(() -> model(platform)
                        .build()
                        .chat(asked().toolSpecifications(tool).build()))
                .as("the built-in model's chat template knows no tools")
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("'tools' is not supported by model");
    }

    private static final class Collected implements StreamingChatResponseHandler {

        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<ChatResponse> whole = new CompletableFuture<>();

        @Override
        public void onPartialResponse(String partial) {
            text.append(partial);
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            whole.complete(response);
        }

        @Override
        public void onError(Throwable error) {
            whole.completeExceptionally(error);
        }
    }
}
