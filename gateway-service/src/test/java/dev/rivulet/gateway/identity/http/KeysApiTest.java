// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.identity.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The control API over HTTP, from the first key to the last refusal. */
@ExtendWith(OutputCaptureExtension.class)
class KeysApiTest {

    private static final String KEYS = "/admin/keys";
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.identity.hash-iterations=10000", "rivulet.identity.keys[0].scopes=inference,keys:write");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void aKeyIsMadeUsedChangedRotatedAndRevokedAndShownOnce(CapturedOutput output) throws Exception {
        HttpResponse<String> made = call(
                "POST",
                KEYS,
                GatewayFixture.KEY,
                "{\"name\":\"desk\",\"priority\":\"high\",\"limits\":{\"requests_per_minute\":100},\"expires_in_seconds\":3600}");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.headers().firstValue("cache-control")).hasValue("no-store");
        JsonNode key = json(made);
        String text = key.path("key").asString();
        String one = KEYS + "/" + key.path("id").asString();
        assertThat(models(text).statusCode()).isEqualTo(200);

        HttpResponse<String> list = call("GET", KEYS, GatewayFixture.KEY, null);
        assertThat(list.body())
                .contains("\"name\":\"desk\"", "\"status\":\"active\"")
                .doesNotContain(text, "\"key\":");
        assertThat(json(call("GET", one, GatewayFixture.KEY, null))
                        .path("limits")
                        .path("requests_per_minute")
                        .asInt())
                .isEqualTo(100);
        assertThat(json(call("PATCH", one, GatewayFixture.KEY, "{\"priority\":\"low\"}"))
                        .path("priority")
                        .asString())
                .isEqualTo("low");

        JsonNode rotated = json(call("POST", one + "/rotate", GatewayFixture.KEY, "{\"grace_seconds\":0}"));
        assertThat(models(text).statusCode()).isEqualTo(401);
        String next = rotated.path("key").asString();
        assertThat(models(next).statusCode()).isEqualTo(200);

        assertThat(json(call("DELETE", one, GatewayFixture.KEY, null))
                        .path("status")
                        .asString())
                .isEqualTo("revoked");
        assertThat(models(next).statusCode()).isEqualTo(401);
        assertThat(output.getAll())
                .contains("key.created desk by test", "key.rotated", "key.revoked")
                .doesNotContain(text.substring(17), next.substring(17));
    }

    @Test
    void aKeyWithoutTheScopeGetsAProblemDocumentAndALineOfAudit(CapturedOutput output) throws Exception {
        String user = json(call("POST", KEYS, GatewayFixture.KEY, "{\"name\":\"user\"}"))
                .path("key")
                .asString();
        HttpResponse<String> refused = call("POST", KEYS, user, "{\"name\":\"mine\"}");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(json(refused).path("code").asString()).isEqualTo("insufficient_scope");
        assertThat(json(refused).path("type").asString()).isEqualTo("urn:rivulet:problem:insufficient_scope");
        assertThat(call("GET", KEYS, "nobody", null).statusCode()).isEqualTo(401);
        assertThat(call("GET", "/admin/anything", user, null).statusCode()).isEqualTo(403);
        assertThat(output.getAll()).contains("refused user insufficient_scope");
    }

    @Test
    void whatNobodyMaySetIsRefusedAndSoIsWhatCanNotBeRead() throws Exception {
        problem(400, "invalid_value", call("POST", KEYS, GatewayFixture.KEY, "{\"name\":\"a\",\"status\":\"active\"}"));
        problem(400, "invalid_value", call("POST", KEYS, GatewayFixture.KEY, "{\"name\":\"a\",\"priority\":\"root\"}"));
        problem(400, "invalid_value", call("POST", KEYS, GatewayFixture.KEY, "{\"name\":"));
        problem(
                400,
                "invalid_value",
                call("POST", KEYS, GatewayFixture.KEY, "{\"name\":\"a\",\"limits\":{\"tokens_per_day\":-1}}"));
        problem(400, "missing_parameter", call("POST", KEYS, GatewayFixture.KEY, "{}"));
        problem(
                403,
                "insufficient_scope",
                call("POST", KEYS, GatewayFixture.KEY, "{\"name\":\"a\",\"scopes\":[\"admin\"]}"));
        problem(
                413,
                "request_too_large",
                call("POST", KEYS, GatewayFixture.KEY, "{\"name\":\"" + "a".repeat(20_000) + "\"}"));
        problem(404, "not_found", call("GET", KEYS + "/nothing", GatewayFixture.KEY, null));
        problem(405, "method_not_allowed", call("PUT", KEYS, GatewayFixture.KEY, "{}"));
    }

    private static void problem(int status, String code, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json(answer).path("code").asString()).isEqualTo(code);
    }

    private static HttpResponse<String> models(String key) throws Exception {
        return call("GET", "/v1/models", key, null);
    }

    private static HttpResponse<String> call(String method, String path, String key, @Nullable String body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.url(path))
                .header("authorization", "Bearer " + key)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return gateway.send(body == null ? request : request.header("content-type", "application/json"));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }
}
