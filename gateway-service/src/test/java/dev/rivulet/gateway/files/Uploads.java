// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.files;

import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Sends files as clients do. */
public final class Uploads {

    public static final JsonMapper JSON = JsonMapper.builder().build();

    private Uploads() {}

    public static HttpRequest.Builder form(
            GatewayFixture gateway, String key, String purpose, String name, String text) {
        String body = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n" + purpose
                + "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name
                + "\"\r\nContent-Type: application/octet-stream\r\n\r\n" + text + "\r\n--b--\r\n";
        return HttpRequest.newBuilder(gateway.url("/v1/files"))
                .header("authorization", "Bearer " + key)
                .header("content-type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /** The id of a file for a batch. */
    public static String batchFile(GatewayFixture gateway, String text) throws Exception {
        HttpResponse<String> answer = gateway.send(form(gateway, GatewayFixture.KEY, "batch", "requests.jsonl", text));
        return json(answer).path("id").asString();
    }

    public static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }
}
