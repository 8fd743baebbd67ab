// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith({SharedGateway.class, OutputCaptureExtension.class})
class ErrorTableTest {

    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    private final GatewayFixture gateway;
    private final StubReplica replica;

    ErrorTableTest(GatewayFixture gateway, StubReplica replica) {
        this.gateway = gateway;
        this.replica = replica;
    }

    /** One bad request and what is said to it. */
    record Bad(
            String what,
            String method,
            String path,
            @Nullable String type,
            byte[] body,
            int status,
            String code,
            @Nullable String param) {

        static Bad body(String what, String body, int status, String code, @Nullable String param) {
            return body(what, body.getBytes(StandardCharsets.UTF_8), status, code, param);
        }

        static Bad body(String what, byte[] body, int status, String code, @Nullable String param) {
            return new Bad(what, "POST", GatewayFixture.CHAT, "application/json", body, status, code, param);
        }

        static Bad path(String method, String path, int status, String code) {
            return new Bad(method + " " + path, method, path, "application/json", new byte[0], status, code, null);
        }

        static Bad type(@Nullable String type) {
            byte[] body = GatewayFixture.WHOLE.getBytes(StandardCharsets.UTF_8);
            return new Bad(
                    "type " + type, "POST", GatewayFixture.CHAT, type, body, 415, "unsupported_media_type", null);
        }

        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Bad> badRequests() {
        return Stream.concat(badBodies(), badPaths());
    }

    private static Stream<Bad> badBodies() {
        byte[] notUtf8 = ("{\"model\":\"m\"," + MESSAGES + ",\"x\":\"?\"}").getBytes(StandardCharsets.UTF_8);
        notUtf8[notUtf8.length - 3] = (byte) 0xff;
        byte[] overlong = notUtf8.clone();
        overlong[overlong.length - 4] = (byte) 0xc0;
        overlong[overlong.length - 3] = (byte) 0x80;
        return Stream.of(
                Bad.body("empty", "", 400, "invalid_json", null),
                Bad.body("blank", "   ", 400, "invalid_json", null),
                Bad.body("cut off", "{\"model\":\"m\",", 400, "invalid_json", null),
                Bad.body("no JSON", "hello", 400, "invalid_json", null),
                Bad.body("an array", "[]", 400, "invalid_json", null),
                Bad.body("a string", "\"m\"", 400, "invalid_json", null),
                Bad.body("null", "null", 400, "invalid_json", null),
                Bad.body("two objects", "{\"model\":\"m\"}{}", 400, "invalid_json", null),
                Bad.body("trailing comma", "{\"model\":\"m\",}", 400, "invalid_json", null),
                Bad.body("single quotes", "{'model':'m'}", 400, "invalid_json", null),
                Bad.body("NaN", "{\"model\":\"m\",\"temperature\":NaN}", 400, "invalid_json", null),
                Bad.body("invalid UTF-8", notUtf8, 400, "invalid_json", null),
                Bad.body("overlong UTF-8", overlong, 400, "invalid_json", null),
                Bad.body("UTF-16", GatewayFixture.WHOLE.getBytes(StandardCharsets.UTF_16LE), 400, "invalid_json", null),
                Bad.body("a raw control character", "{\"model\":\"m\u0001\"}", 400, "invalid_json", null),
                Bad.body("100,000 levels", "{\"x\":" + "[".repeat(100_000), 400, "invalid_json", null),
                Bad.body("100,000 objects", "{\"x\":".repeat(100_000), 400, "invalid_json", null),
                Bad.body(
                        "a huge number",
                        "{\"model\":\"m\",\"n\":" + "9".repeat(100_000) + "}",
                        400,
                        "invalid_json",
                        null),
                Bad.body("no model", "{" + MESSAGES + "}", 400, "missing_parameter", "model"),
                Bad.body("model null", "{\"model\":null}", 400, "invalid_value", "model"),
                Bad.body("model a number", "{\"model\":5}", 400, "invalid_value", "model"),
                Bad.body("model an object", "{\"model\":{\"a\":1}}", 400, "invalid_value", "model"),
                Bad.body("model blank", "{\"model\":\" \"}", 400, "invalid_value", "model"),
                Bad.body("model too long", "{\"model\":\"" + "m".repeat(201) + "\"}", 400, "invalid_value", "model"),
                Bad.body("model twice", "{\"model\":\"m\",\"model\":\"n\"}", 400, "invalid_value", "model"),
                Bad.body("stream a string", "{\"model\":\"m\",\"stream\":\"yes\"}", 400, "invalid_value", "stream"),
                Bad.body("stream a number", "{\"model\":\"m\",\"stream\":1}", 400, "invalid_value", "stream"),
                Bad.body(
                        "stream twice",
                        "{\"stream\":true,\"stream\":false,\"model\":\"m\"}",
                        400,
                        "invalid_value",
                        "stream"),
                Bad.body("unknown model", "{\"model\":\"nobody\"," + MESSAGES + "}", 404, "model_not_found", "model"),
                Bad.body("hostile model", "{\"model\":\"\\u001b[31m<b>\"}", 404, "model_not_found", "model"));
    }

    private static Stream<Bad> badPaths() {
        return Stream.of(
                Bad.type("text/plain"),
                Bad.type("application/x-www-form-urlencoded"),
                Bad.type("nonsense"),
                Bad.type(null),
                Bad.path("GET", "/v1/chat/completions", 405, "method_not_allowed"),
                Bad.path("DELETE", "/v1/completions", 405, "method_not_allowed"),
                Bad.path("POST", "/v1/models", 405, "method_not_allowed"),
                Bad.path("PUT", "/v1/models/m", 405, "method_not_allowed"),
                Bad.path("GET", "/v1/models/nobody", 404, "model_not_found"),
                Bad.path("GET", "/v1", 404, "not_found"),
                Bad.path("GET", "/v1/", 404, "not_found"),
                Bad.path("POST", "/v1/nothing/here", 404, "not_found"),
                Bad.path("POST", "/v1/chat/completions/", 404, "not_found"),
                Bad.path("GET", "/v1/..%2factuator/env", 404, "not_found"));
    }

    @ParameterizedTest
    @MethodSource("badRequests")
    void everyBadRequestIsToldWhatIsWrongWithAllFourKeys(Bad bad) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.url(bad.path()))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .method(bad.method(), BodyPublishers.ofByteArray(bad.body()));
        if (bad.type() != null) {
            request.header("content-type", bad.type());
        }
        HttpResponse<String> answer = gateway.send(request);
        JsonNode error = error(answer);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(bad.status());
        assertThat(error.path("code").asString()).isEqualTo(bad.code());
        if (bad.param() != null) {
            assertThat(error.path("param").asString()).isEqualTo(bad.param());
        }
        assertThat(answer.body()).doesNotContain("\u001b", "Exception", "dev.rivulet", "tools.jackson");
        assertThat(replica.received).isEmpty();
    }

    @Test
    void withoutAKnownKeyEveryPathIsClosedAndTheKeyIsNeverLogged(CapturedOutput output) throws Exception {
        for (String path : new String[] {GatewayFixture.CHAT, "/v1/models", "/v1/nothing"}) {
            for (String key :
                    new String[] {null, "Bearer wrong", "Bearer ", "Basic " + GatewayFixture.KEY, GatewayFixture.KEY}) {
                HttpRequest.Builder request = HttpRequest.newBuilder(
                                gateway.url(path + "?api_key=" + GatewayFixture.KEY))
                        .POST(BodyPublishers.ofString(GatewayFixture.WHOLE));
                if (key != null) {
                    request.header("authorization", key);
                }
                HttpResponse<String> answer = gateway.send(request);
                assertThat(answer.statusCode()).isEqualTo(401);
                assertThat(error(answer).path("code").asString()).isEqualTo("invalid_api_key");
                assertThat(answer.body()).doesNotContain(GatewayFixture.KEY);
                assertThat(answer.headers().firstValue("www-authenticate")).isPresent();
            }
        }
        assertThat(output.getAll()).contains("invalid_api_key").doesNotContain(GatewayFixture.KEY);
    }

    @Test
    void theKeyMayComeAsXApiKey() throws Exception {
        assertThat(gateway.send(HttpRequest.newBuilder(gateway.url("/v1/models"))
                                .header("x-api-key", GatewayFixture.KEY))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aCompressedBodyIsRefused() throws Exception {
        HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "application/json")
                .header("content-encoding", "gzip")
                .POST(BodyPublishers.ofString(GatewayFixture.WHOLE)));
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(error(answer).path("message").asString()).contains("Content-Encoding");
    }

    @Test
    void aForeignOriginIsRefusedWithARequestId() throws Exception {
        HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(gateway.url("/v1/models"))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("origin", "https://evil.example"));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(error(answer).path("code").asString()).isEqualTo("forbidden_origin");
    }

    private static JsonNode error(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        assertThat(answer.headers().firstValue("x-request-id").orElse("")).hasSize(36);
        JsonNode error = JsonMapper.shared().readTree(answer.body()).path("error");
        assertThat(error.propertyNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(error.path("message").asString()).isNotBlank();
        return error;
    }
}
