// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** What a caller does wrong is told to him: a 4xx with all four error keys, never a 5xx, never a hang. */
@ExtendWith(OnPlatform.class)
class BadInputIT {

    private static final String CHAT = "/v1/chat/completions";

    static Stream<Arguments> bodies() {
        String user = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";
        String model = "\"model\":\"" + Platform.MODEL + "\"";
        return Stream.of(
                Arguments.of("empty body", "", 400, null),
                Arguments.of("cut off", "{" + model, 400, null),
                Arguments.of("not an object", "[1,2]", 400, null),
                Arguments.of("trailing text", "{" + model + "," + user + "} x", 400, null),
                Arguments.of("deep nesting", "[".repeat(100_000), 400, null),
                Arguments.of("no model", "{" + user + "}", 400, "model"),
                Arguments.of("model of a wrong type", "{\"model\":7," + user + "}", 400, "model"),
                Arguments.of("unknown model", "{\"model\":\"gpt-9\"," + user + "}", 404, "model"),
                Arguments.of("no messages", "{" + model + "}", 400, "messages"),
                Arguments.of("messages of a wrong type", "{" + model + ",\"messages\":5}", 400, "messages"),
                Arguments.of("no message", "{" + model + ",\"messages\":[]}", 400, "messages"),
                Arguments.of(
                        "unknown role",
                        "{" + model + ",\"messages\":[{\"role\":\"king\",\"content\":\"x\"}]}",
                        400,
                        "messages[0].role"),
                Arguments.of(
                        "content of a wrong type",
                        "{" + model + ",\"messages\":[{\"role\":\"user\",\"content\":5}]}",
                        400,
                        "messages[0].content"),
                Arguments.of(
                        "negative max_tokens", "{" + model + "," + user + ",\"max_tokens\":-1}", 400, "max_tokens"),
                Arguments.of("huge max_tokens", "{" + model + "," + user + ",\"max_tokens\":1e308}", 400, "max_tokens"),
                Arguments.of(
                        "temperature out of range",
                        "{" + model + "," + user + ",\"temperature\":9}",
                        400,
                        "temperature"),
                Arguments.of(
                        "temperature of a wrong type",
                        "{" + model + "," + user + ",\"temperature\":\"hot\"}",
                        400,
                        "temperature"),
                Arguments.of("top_p out of range", "{" + model + "," + user + ",\"top_p\":0}", 400, "top_p"),
                Arguments.of("n too large", "{" + model + "," + user + ",\"n\":10000}", 400, "n"),
                Arguments.of(
                        "too many stops",
                        "{" + model + "," + user + ",\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}",
                        400,
                        "stop"),
                Arguments.of(
                        "stream of a wrong type", "{" + model + "," + user + ",\"stream\":\"yes\"}", 400, "stream"),
                Arguments.of(
                        "a caller's template",
                        "{" + model + "," + user + ",\"chat_template\":\"{{ 1 }}\"}",
                        400,
                        "chat_template"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void isToldWhatIsWrongAndWhere(
            String name, String body, int status, @org.jspecify.annotations.Nullable String param, Platform platform) {
        JsonNode error = refused(new Chat(platform).post(CHAT, body), status);

        if (param != null) {
            assertThat(error.path("param").asString("")).isEqualTo(param);
        }
    }

    @Test
    void aConversationThatOverflowsTheContextIsRefusedWithTheNumbers(Platform platform) {
        String message =
                "{\"role\":\"user\",\"content\":\"Set Aurora to 21 degrees, please, and then tell me the weather\"}";
        String body = "{\"model\":\"" + Platform.MODEL + "\",\"messages\":["
                + String.join(",", java.util.Collections.nCopies(1000, message)) + "]}";

        JsonNode error = refused(new Chat(platform).post(CHAT, body), 400);

        assertThat(error.path("code").asString("")).isEqualTo("context_length_exceeded");
        assertThat(error.path("message").asString("")).containsPattern("\\d+");
    }

    @Test
    void tenMegabytesAreRefusedWithoutBeingRead(Platform platform) {
        String body = "{\"model\":\"" + "x".repeat(10 << 20) + "\"}";

        assertThat(refused(new Chat(platform).post(CHAT, body), 413)
                        .path("code")
                        .asString(""))
                .isEqualTo("request_too_large");
    }

    @Test
    void invalidUtf8IsRefused(Platform platform) {
        byte[] body = ("{\"model\":\"" + Platform.MODEL
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"\u00e9\"}]}")
                .getBytes(StandardCharsets.ISO_8859_1);
        Chat chat = new Chat(platform);

        refused(
                chat.send(chat.request(CHAT, "")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build()),
                400);
    }

    @Test
    void aWrongKeyAndNoKeyAreRefused(Platform platform) {
        Chat chat = new Chat(platform);
        HttpRequest.Builder none = HttpRequest.newBuilder(platform.gateway().resolve(CHAT))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Chat.body("x", 4, false)));

        assertThat(refused(chat.send(none.build()), 401).path("code").asString(""))
                .isEqualTo("invalid_api_key");
        refused(chat.send(none.header("authorization", "Bearer rvk_wrong").build()), 401);
        refused(
                chat.send(HttpRequest.newBuilder(platform.gateway().resolve("/v1/models?api_key=" + platform.apiKey()))
                        .build()),
                401);
    }

    @Test
    void unknownPathsAndMethodsAreToldInTheSameForm(Platform platform) {
        Chat chat = new Chat(platform);

        refused(chat.post("/v1/no-such-thing", "{}"), 404);
        refused(chat.send(chat.request(CHAT, "").GET().build()), 405);
    }

    private static JsonNode refused(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = Platform.JSON.readTree(response.body()).path("error");
        assertThat(error.propertyNames()).contains("message", "type", "param", "code");
        assertThat(error.path("message").asString("")).isNotBlank();
        return error;
    }
}
