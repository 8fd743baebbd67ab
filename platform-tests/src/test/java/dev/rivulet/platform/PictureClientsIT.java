// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Clients that people already use show pictures and speak, unmodified; and the demonstration of both, with the model of sketches. */
@ExtendWith(OnPlatform.class)
class PictureClientsIT {

    private static final String SEER = "rivulet-sketch";
    private static final Path MODELS = Platform.repository().resolve("models");
    private static final Path CLIP = MODELS.resolve("building/speech/072.opus");

    @BeforeAll
    static void start(Platform platform) {
        platform.run(
                        "models",
                        "register",
                        MODELS.resolve("optional").resolve(SEER).toString())
                .succeeded();
        Embedder.await(platform, SEER);
        Embedder.await(platform, "rivulet-commands");
    }

    private static String picture() throws Exception {
        byte[] file = Files.readAllBytes(MODELS.resolve("src/test/resources/sketches/0012.png"));
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(file);
    }

    @Test
    void openaiForNodeShowsAPictureAndSpeaks(Platform platform) throws Exception {
        JsonNode seen = NodeProgram.run(platform, "images.mjs", SEER, picture(), CLIP.toString());

        assertThat(seen.path("whole").asString("")).isNotEmpty();
        assertThat(seen.path("streamed")).isEqualTo(seen.path("whole"));
        assertThat(seen.path("tokens").asInt()).isGreaterThan(12);
        assertThat(seen.path("blind").asString("")).isEqualTo("400 messages[0].content[1].type");
        assertThat(seen.path("remote").asString("")).isEqualTo("400 messages[0].content[0].image_url.url");
        assertThat(seen.path("assistantRemote").asString("")).isEqualTo("400 messages[0].content[0].image_url.url");
        assertThat(seen.path("assistant").path("rivulet").path("missing").isEmpty())
                .as(seen.toString())
                .isTrue();
        assertThat(seen.path("assistant").path("rivulet").path("heard").asString(""))
                .isEqualTo("dim the lights");
        assertThat(seen.path("assistant").path("text").asString(""))
                .contains("The light in Aurora is at 30 percent.", "In the picture: ");
        assertThat(seen.path("images").toString()).isEqualTo("[\"image/svg+xml\"]");
        assertThat(seen.path("written").asString("")).isEqualTo("dim the lights");
        assertThat(seen.path("plain").asString("")).isEqualTo("dim the lights\n");
        assertThat(seen.path("subtitles").asString("")).isEqualTo("400 response_format");
    }

    @Test
    void openaiForJavaShowsAPicture(Platform platform) throws Exception {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(platform.gateway() + "/v1")
                .apiKey(platform.apiKey())
                .maxRetries(0)
                .build();
        try {
            var text = ChatCompletionContentPart.ofText(ChatCompletionContentPartText.builder()
                    .text("What is drawn?")
                    .build());
            var image = ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder()
                    .imageUrl(ChatCompletionContentPartImage.ImageUrl.builder()
                            .url(picture())
                            .build())
                    .build());
            var answer = client.chat()
                    .completions()
                    .create(ChatCompletionCreateParams.builder()
                            .model(SEER)
                            .temperature(0)
                            .maxCompletionTokens(8)
                            .addUserMessageOfArrayOfContentParts(List.of(image, text))
                            .build());
            assertThat(answer.choices().getFirst().message().content()).isPresent();
            assertThat(answer.usage().orElseThrow().promptTokens()).isGreaterThan(12);
        } finally {
            client.close();
        }
    }

    @Test
    void theDemonstrationOfVoiceAndSketchPrintsWordsAndWritesAPicture(Platform platform) throws Exception {
        Path file = Files.createTempFile("fusion", ".svg");
        String output = platform.run("demo", "fusion", "--json", "--out", file.toString())
                .succeeded()
                .output();
        JsonNode report = Platform.JSON.readTree(output.lines()
                .filter(line -> line.startsWith("{"))
                .reduce((first, second) -> second)
                .orElseThrow());

        assertThat(report.path("heard").asString("")).isEqualTo("dim the lights");
        assertThat(report.path("text").asString("")).contains("The light in Aurora is at 30 percent.");
        assertThat(report.path("missing").isEmpty()).as(output).isTrue();
        assertThat(Files.readString(file)).startsWith("<svg").contains("Aurora");
        Files.delete(file);

        String bench = platform.run("bench", "pipeline", "--json", "--rounds", "1")
                .succeeded()
                .output();
        assertThat(bench).contains("voice and sketch: first text p50", "voice and sketch: picture p50", "at most 500");
    }
}
