// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Encoders through the gateway: the built-in classifiers, and embeddings with an unmodified client. */
@ExtendWith(OnPlatform.class)
class StatelessModelsIT {

    @Test
    void theBuiltInClassifiersAnswerAfterTheFirstStart(Platform platform) throws Exception {
        Embedder.await(platform, "rivulet-intent");
        Embedder.await(platform, "rivulet-slots");

        JsonNode intent = classify(platform, "rivulet-intent").path("data").path(0);
        JsonNode span = classify(platform, "rivulet-slots")
                .path("data")
                .path(0)
                .path("spans")
                .path(0);

        assertThat(intent.path("label").asString("")).isEqualTo("light.off");
        assertThat(span.path("text").asString("")).isEqualTo("room 12");
    }

    @Test
    void openaiForJavaGetsEmbeddingsOfARegisteredModel(Platform platform) throws Exception {
        Embedder.on(platform);
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(platform.gateway() + "/v1")
                .apiKey(platform.apiKey())
                .maxRetries(0)
                .build();
        try {
            EmbeddingCreateParams.Builder wanted =
                    EmbeddingCreateParams.builder().input("the lamp in room 7");

            var answer = client.embeddings().create(wanted.model(Embedder.MODEL).build());

            assertThat(answer.data().getFirst().embedding()).hasSize(Embedder.DIMENSIONS);
            JsonNode numbers = send(
                    platform,
                    "/v1/embeddings",
                    HttpRequest.newBuilder()
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"model\":\"bert-mean\",\"input\":[\"the lamp\",\"the door\"]}")));
            assertThat(numbers.path("data").size()).isEqualTo(2);
            assertThatThrownBy(() -> client.embeddings()
                            .create(wanted.model(Platform.MODEL).build()))
                    .isInstanceOf(BadRequestException.class);
        } finally {
            client.close();
        }
    }

    private static JsonNode classify(Platform platform, String model) throws Exception {
        String body = "{\"model\":\"" + model + "\",\"input\":\"turn off the lights in room 12 please\"}";
        return send(platform, "/v1/classify", HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static JsonNode send(Platform platform, String path, HttpRequest.Builder request) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    request.uri(platform.gateway().resolve(path))
                            .header("authorization", "Bearer " + platform.apiKey())
                            .header("content-type", "application/json")
                            .timeout(Duration.ofSeconds(60))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            Published.check(answer, answer.body());
            return Platform.JSON.readTree(answer.body());
        }
    }
}
