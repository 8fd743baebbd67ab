// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Questions with a recording and a picture, and what is in their answers. */
final class SensesChat {

    static final String PICTURE = "data:image/png;base64,iVBORw0KGgo=";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ObjectNode body = JSON.createObjectNode().put("model", "assistant");
    private final ArrayNode parts =
            body.putArray("messages").addObject().put("role", "user").putArray("content");

    SensesChat voice() {
        parts.addObject()
                .put("type", "input_audio")
                .putObject("input_audio")
                .put("data", Base64.getEncoder().encodeToString(new byte[640]))
                .put("format", "pcm16");
        return this;
    }

    SensesChat picture() {
        parts.addObject().put("type", "image_url").putObject("image_url").put("url", PICTURE);
        return this;
    }

    SensesChat words(String text) {
        parts.addObject().put("type", "text").put("text", text);
        return this;
    }

    String body(boolean stream) {
        return body.put("stream", stream).toString();
    }

    HttpResponse<String> ask(GatewayFixture gateway) throws Exception {
        return gateway.post("/v1/chat/completions", body(false));
    }

    /** The events of a stream but its comments, in the order in which they came. */
    static List<JsonNode> chunks(String stream) {
        List<JsonNode> chunks = new ArrayList<>();
        stream.lines()
                .filter(line -> line.startsWith("data: {"))
                .forEach(line -> chunks.add(JSON.readTree(line.substring("data: ".length()))));
        return chunks;
    }

    static JsonNode delta(JsonNode chunk) {
        return chunk.path("choices").path(0).path("delta");
    }

    static String text(List<JsonNode> chunks) {
        return chunks.stream()
                .map(chunk -> delta(chunk).path("content").asString(""))
                .collect(Collectors.joining());
    }

    static String file(JsonNode image) {
        return new String(Base64.getDecoder().decode(image.path("data").asString()));
    }
}
