// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.inference.Replica;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a replica and takes its answers apart. */
final class Answers {

    static final JsonMapper JSON = new JsonMapper();
    static final String CHAT = "/v1/chat/completions";
    static final String TEXT = "/v1/completions";

    private final Replica replica;

    Answers(Replica replica) {
        this.replica = replica;
    }

    JsonNode whole(String path, String body) {
        return JSON.readTree(exchange(path, body));
    }

    /** The chunks of a stream that ends as it should. */
    List<JsonNode> chunks(String path, String body) {
        List<String> lines =
                exchange(path, body).lines().filter(line -> !line.isEmpty()).toList();
        if (!lines.getLast().equals("data: [DONE]")) {
            throw new AssertionError("the stream ends with " + lines.getLast());
        }
        return lines.stream()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> JSON.readTree(line.substring(6)))
                .toList();
    }

    /** What the chunks of one answer say together, such as its {@code /delta/content}. */
    static String text(List<JsonNode> chunks, int index, String pointer) {
        return choices(chunks, index).stream()
                .map(choice -> choice.at(pointer).asString(""))
                .collect(Collectors.joining());
    }

    static List<JsonNode> choices(List<JsonNode> chunks, int index) {
        return chunks.stream()
                .flatMap(chunk -> chunk.path("choices").valueStream())
                .filter(choice -> choice.path("index").asInt() == index)
                .toList();
    }

    private String exchange(String path, String body) {
        return String.valueOf(replica.client()
                .post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }
}
