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

/** Clients that people already use show pictures to a model, unmodified; the model is tiny and random. */
@ExtendWith(OnPlatform.class)
class PictureClientsIT {

    private static final String SEER = "smolvlm";
    private static final Path VISION =
            Platform.repository().resolve("libs/engine-onnx/src/test/resources/vision");

    @BeforeAll
    static void start(Platform platform) {
        platform.run("models", "register", VISION.resolve(SEER).toString()).succeeded();
        Embedder.await(platform, SEER);
    }

    private static String picture() throws Exception {
        byte[] file = Files.readAllBytes(VISION.resolve("pictures/wide.png"));
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(file);
    }

    @Test
    void openaiForNodeShowsAPicture(Platform platform) throws Exception {
        JsonNode seen = NodeProgram.run(platform, "images.mjs", SEER, picture());

        assertThat(seen.path("whole").asString("")).isNotEmpty();
        assertThat(seen.path("streamed")).isEqualTo(seen.path("whole"));
        assertThat(seen.path("tokens").asInt()).isGreaterThan(12);
        assertThat(seen.path("blind").asString("")).isEqualTo("400 messages[0].content[1].type");
        assertThat(seen.path("remote").asString("")).isEqualTo("400 messages[0].content[0].image_url.url");
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
                    .text("what does it show?")
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
}
