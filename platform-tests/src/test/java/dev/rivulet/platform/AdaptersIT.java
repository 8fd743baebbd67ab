// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A LoRA adapter from the command line through registry, Kafka, replica and gateway. */
@ExtendWith(OnPlatform.class)
class AdaptersIT {

    private static final String FOLDER = Platform.repository()
            .resolve("inference-service/src/test/resources/adapters/rivulet-assistant")
            .toString();

    @Test
    void aRegisteredAdapterAnswersBesideItsModelAndOtherwise(Platform platform) {
        platform.run("models", "register", FOLDER, "--base", Platform.MODEL, "--name", "house")
                .succeeded();
        Chat chat = new Chat(platform);
        String plain = Chat.body("Turn on the lights in room 12", 16, false)
                .replace("\"temperature\":0", "\"temperature\":0,\"logprobs\":true");

        HttpResponse<String> adapted = Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> chat.post("/v1/chat/completions", asked(plain, "house")), one -> one.statusCode() == 200);
        HttpResponse<String> original = Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> chat.post("/v1/chat/completions", plain), one -> one.statusCode() == 200);

        assertThat(logprobs(adapted)).isNotEmpty().isNotEqualTo(logprobs(original));
        assertThat(Platform.JSON.readTree(adapted.body()).path("model").asString())
                .isEqualTo(Platform.MODEL + ":house");
        HttpResponse<String> unknown = chat.post("/v1/chat/completions", asked(plain, "no-such-adapter"));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("\"code\":\"model_not_found\"");
    }

    private static String asked(String body, String adapter) {
        return body.replace(Platform.MODEL, Platform.MODEL + ":" + adapter);
    }

    private static String logprobs(HttpResponse<String> answer) {
        return Platform.JSON
                .readTree(answer.body())
                .path("choices")
                .path(0)
                .path("logprobs")
                .path("content")
                .toString();
    }
}
