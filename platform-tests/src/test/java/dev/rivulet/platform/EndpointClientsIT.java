// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.models.Model;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What clients that people already use do beyond a chat, unmodified; files and batches are {@link BatchClientsIT}'s. */
@ExtendWith(OnPlatform.class)
class EndpointClientsIT {

    @Test
    void openaiForNodeUsesEveryEndpoint(Platform platform) {
        Embedder.on(platform);

        JsonNode seen = NodeProgram.run(platform, "endpoints.mjs", Embedder.MODEL);

        assertThat(seen.path("model").path("id").asString("")).isEqualTo(Platform.MODEL);
        assertThat(seen.path("accumulated").asString("")).contains("Aurora");
        assertThat(seen.path("several").path("choices").size()).isEqualTo(2);
        assertThat(seen.at("/several/choices/1/logprobs/content/0/top_logprobs").size())
                .isEqualTo(2);
        assertThat(seen.path("parsed").path("degrees").isIntegralNumber()).isTrue();
        assertThat(seen.path("text").asString("")).isNotBlank();
        assertThat(seen.path("packed").size()).isEqualTo(2);
        assertThat(seen.at("/packed/1/embedding").size()).isEqualTo(Embedder.DIMENSIONS);
        assertThat(seen.at("/packed/1/embedding/3").asDouble(0))
                .isCloseTo(seen.at("/plain/1/embedding/3").asDouble(9), within(1e-6));
        assertThat(seen.path("cancelled").asString("")).isEqualTo("cancelled");
        assertThat(seen.path("deleted").asBoolean(false)).isTrue();
        assertThat(seen.path("errors").toString())
                .isEqualTo(
                        "[\"NotFoundError not_found\",\"BadRequestError invalid_value\",\"NotFoundError not_found\"]");
    }

    @Test
    void vercelsAiGeneratesAndStreams(Platform platform) {
        JsonNode seen = NodeProgram.run(platform, "ai.mjs");

        assertThat(seen.path("whole").path("text").asString("")).contains("Aurora");
        assertThat(seen.path("whole").path("finishReason").asString("")).isEqualTo("stop");
        assertThat(seen.path("streamed").path("text"))
                .isEqualTo(seen.path("whole").path("text"));
        assertThat(seen.at("/streamed/usage/outputTokens").asInt(0)).isPositive();
        assertThat(seen.path("parts").toString()).startsWith("[\"start\"").contains("\"text-delta\"");
        assertThat(seen.path("parts").toString()).doesNotContain("\"error\"");
        assertThat(seen.at("/object/degrees").isIntegralNumber()).isTrue();
        assertThat(seen.at("/errors/0/known").asBoolean(false)).isTrue();
        assertThat(seen.at("/errors/0/status").asInt(0)).isEqualTo(404);
        assertThat(seen.at("/errors/1/status").asInt(0)).isEqualTo(400);
    }

    @Test
    void openaiForJavaListsModelsCompletesTextAndAsksWithoutWaiting(Platform platform) throws Exception {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(platform.gateway() + "/v1")
                .apiKey(platform.apiKey())
                .maxRetries(0)
                .build();
        try {
            assertThat(client.models().list().data()).map(Model::id).contains(Platform.MODEL);
            assertThat(client.models().retrieve(Platform.MODEL).id()).isEqualTo(Platform.MODEL);
            assertThatThrownBy(() -> client.models().retrieve("none")).isInstanceOf(NotFoundException.class);

            CompletionCreateParams text = CompletionCreateParams.builder()
                    .model(Platform.MODEL)
                    .prompt("Good morning")
                    .maxTokens(4)
                    .temperature(0)
                    .build();
            String whole =
                    client.completions().create(text).choices().getFirst().text();
            StringBuilder streamed = new StringBuilder();
            try (var stream = client.completions().createStreaming(text)) {
                stream.stream()
                        .flatMap(one -> one.choices().stream())
                        .forEach(choice -> streamed.append(choice.text()));
            }
            assertThat(streamed).hasToString(whole);

            ChatCompletionCreateParams.Builder chat = ChatCompletionCreateParams.builder()
                    .model(Platform.MODEL)
                    .maxCompletionTokens(4)
                    .addUserMessage("Good morning");
            assertThat(client.async()
                            .chat()
                            .completions()
                            .create(chat.build())
                            .get(1, TimeUnit.MINUTES)
                            .usage())
                    .isPresent();
            assertThatThrownBy(() -> client.chat()
                            .completions()
                            .create(chat.temperature(1.5).topP(7).build()))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("top_p");
            assertThatThrownBy(() -> client.withOptions(options -> options.apiKey("wrong"))
                            .models()
                            .list())
                    .isInstanceOf(UnauthorizedException.class);
        } finally {
            client.close();
        }
    }
}
