// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** The example of docs/spring.md is this class's, word for word, and it answers. */
@ExtendWith(OnPlatform.class)
class SpringIT {

    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```java\\n(.*?)^```");

    @Nullable String answer(String baseUrl, String apiKey, String question) {
        OpenAiChatModel model = OpenAiChatModel.builder()
                .options(OpenAiChatOptions.builder()
                        .baseUrl(baseUrl)
                        .apiKey(apiKey)
                        .model("rivulet-assistant")
                        .temperature(0.0)
                        .maxTokens(32)
                        .build())
                .build();
        return model.call(question);
    }

    @Test
    void theExampleOfTheDocumentationAnswers(Platform platform) {
        assertThat(answer(platform.gateway() + "/v1", platform.apiKey(), "Set Aurora to 21 degrees"))
                .contains("Aurora");
    }

    @Test
    void theDocumentationShowsTheCodeThatWasRun() throws IOException {
        Matcher example = EXAMPLE.matcher(Files.readString(Platform.repository().resolve("docs/spring.md")));
        assertThat(example.find()).isTrue();
        String source = Files.readString(
                Platform.repository().resolve("platform-tests/src/test/java/dev/rivulet/platform/SpringIT.java"));

        assertThat(source.replaceAll("(?m)^    ", "")).contains(example.group(1));
    }
}
