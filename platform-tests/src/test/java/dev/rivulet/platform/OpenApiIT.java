// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.testsupport.openai.DocumentCheck;
import dev.rivulet.testsupport.openai.Seen;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What the gateway says that it serves, and whether real answers are as it says and as OpenAI publishes. */
@ExtendWith(OnPlatform.class)
class OpenApiIT {

    private static final String CHAT = "/v1/chat/completions";
    private static final String TEXT = "/v1/completions";
    private static final String MESSAGES =
            "\"messages\":[{\"role\":\"user\",\"content\":\"Set Aurora to 21 degrees\"}]";
    private static final String USAGE = "\"stream\":true,\"stream_options\":{\"include_usage\":true}";

    /** A request and the status of its answer. */
    static Stream<Arguments> requests() {
        String chat = "{\"model\":\"" + Platform.MODEL + "\"," + MESSAGES + ",\"max_completion_tokens\":12%s}";
        String text = "{\"model\":\"" + Platform.MODEL + "\",\"prompt\":\"Good\",\"max_tokens\":8%s}";
        String schema = ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"room\",\"schema\":"
                + "{\"type\":\"object\",\"properties\":{\"on\":{\"type\":\"boolean\"}},\"required\":[\"on\"]}}}";
        return Stream.of(
                Arguments.of(CHAT, chat.formatted(""), 200),
                Arguments.of(CHAT, chat.formatted("," + USAGE), 200),
                Arguments.of(CHAT, chat.formatted(",\"n\":2,\"logprobs\":true,\"top_logprobs\":3"), 200),
                Arguments.of(CHAT, chat.formatted("," + USAGE + ",\"n\":2,\"logprobs\":true,\"top_logprobs\":3"), 200),
                Arguments.of(CHAT, chat.formatted(schema), 200),
                Arguments.of(TEXT, text.formatted(""), 200),
                Arguments.of(TEXT, text.formatted("," + USAGE), 200),
                Arguments.of(TEXT, text.formatted(",\"logprobs\":2"), 200),
                Arguments.of(CHAT, "{\"model\":\"nobody\"," + MESSAGES + "}", 404),
                Arguments.of(CHAT, chat.formatted(",\"temperature\":9"), 400),
                Arguments.of(TEXT, "{", 400));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void isAnsweredAsDescribedAndPublished(String path, String body, int status, Platform platform) {
        Chat chat = new Chat(platform);
        DocumentCheck document = new DocumentCheck(document(chat, platform));

        HttpResponse<String> answer = chat.post(path, body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(document.faults(Seen.of(answer))).isEmpty();
        if (status == 200) {
            assertThat(document.requestFaults(path, Platform.JSON.readTree(body)))
                    .isEmpty();
        }
    }

    @Test
    void modelsAreListedAsDescribedAndPublished(Platform platform) {
        Chat chat = new Chat(platform);
        DocumentCheck document = new DocumentCheck(document(chat, platform));

        for (String path : new String[] {"/v1/models", "/v1/models/" + Platform.MODEL, "/v1/models/nobody"}) {
            HttpResponse<String> answer = chat.send(chat.request(path, "").GET().build());
            assertThat(document.faults(Seen.of(answer))).as(path).isEmpty();
        }
    }

    private static JsonNode document(Chat chat, Platform platform) {
        URI place = platform.gateway().resolve("/openapi.json");
        HttpResponse<String> answer = chat.send(HttpRequest.newBuilder(place).build());
        assertThat(answer.statusCode()).as("it is open to everybody").isEqualTo(200);
        return Platform.JSON.readTree(answer.body());
    }
}
