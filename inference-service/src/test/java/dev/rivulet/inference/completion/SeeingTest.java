// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.inference.Replica;
import dev.rivulet.inference.models.ModelVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A tiny random model that sees, over HTTP: the answers are those of transformers, and pictures of others change them. */
class SeeingTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Path FIXTURES = Path.of("..", "libs", "engine-onnx", "src", "test", "resources", "vision");
    private static final Path FOLDER = FIXTURES.resolve("smolvlm-split");

    private static Replica replica;
    private static LanguageModel model;

    @BeforeAll
    static void start() throws Exception {
        replica = Replica.start();
        Engine engine = ServiceLoader.load(Engine.class).findFirst().orElseThrow();
        model = engine.load(FOLDER, new EngineOptions(4, 0, 1, 32));
        replica.models().serve(new ModelVersion("seer", "1"), model, null);
    }

    @AfterAll
    static void stop() {
        replica.close();
    }

    @Test
    void conversationsAreAnsweredAsTheReferenceAnswersThem() throws Exception {
        JsonNode expected = JSON.readTree(Files.readString(FOLDER.resolve("expected.json")));
        for (JsonNode answer : expected.path("answers")) {
            JsonNode got = JSON.readTree(
                    ask(body(answer.path("turns"), answer.path("pictures"), 12)).getResponseBody());
            assertThat(got.at("/choices/0/message/content").asString()).isEqualTo(text(answer.path("greedy")));
            assertThat(got.at("/usage/prompt_tokens").asInt())
                    .isEqualTo(answer.path("ids").size());
        }
    }

    @Test
    void aPrefixIsReusedForTheSamePictureAndNotForAnother() throws Exception {
        JsonNode turns = JSON.readTree("[[\"user\", [0, \"what does the gauge of room 12 show, and is it much?\"]]]");
        JsonNode first = cachedAndText(turns, "wide");
        JsonNode again = cachedAndText(turns, "wide");
        JsonNode other = cachedAndText(turns, "tall");
        JsonNode otherAgain = cachedAndText(turns, "tall");
        assertThat(again.path("cached").asInt()).isGreaterThan(32);
        assertThat(other.path("cached").asInt()).isLessThan(16);
        assertThat(again.path("text")).isEqualTo(first.path("text"));
        assertThat(otherAgain.path("text")).isEqualTo(other.path("text"));
    }

    private static JsonNode cachedAndText(JsonNode turns, String picture) throws Exception {
        ArrayNode names = JSON.createArrayNode().add(picture);
        JsonNode got = JSON.readTree(ask(body(turns, names, 8)).getResponseBody());
        return JSON.createObjectNode()
                .put(
                        "cached",
                        got.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                .set("text", got.at("/choices/0/message/content"));
    }

    @Test
    void picturesThatAreNotReadAreNamedByTheirPlace() throws Exception {
        String body =
                "{\"model\":\"seer\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]}]}";
        EntityExchangeResult<String> answer = ask(body);
        assertThat(answer.getStatus().value()).isEqualTo(400);
        JsonNode error = JSON.readTree(answer.getResponseBody()).path("error");
        assertThat(error.path("param").asString()).isEqualTo("messages[0].content[1].image_url.url");
        assertThat(error.path("message").asString()).contains("send a PNG, JPEG, GIF, WebP or BMP");
    }

    @Test
    void theModelIsListedAsOneThatSees() {
        String models = replica.client()
                .get()
                .uri("/v1/models")
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(models).contains("VISION");
    }

    private static String text(JsonNode tokens) {
        int[] ids = tokens.valueStream().mapToInt(JsonNode::asInt).toArray();
        int end = 0;
        while (end < ids.length && !model.facts().endTokens().contains(ids[end])) {
            end++;
        }
        return model.tokenizer().decode(Arrays.copyOf(ids, end));
    }

    private static String body(JsonNode turns, JsonNode pictures, int tokens) throws Exception {
        ObjectNode body = JSON.createObjectNode()
                .put("model", "seer")
                .put("temperature", 0)
                .put("max_completion_tokens", tokens);
        ArrayNode messages = body.putArray("messages");
        for (JsonNode turn : turns) {
            ArrayNode content =
                    messages.addObject().put("role", turn.get(0).asString()).putArray("content");
            for (JsonNode part : turn.get(1)) {
                if (part.isNumber()) {
                    String name = pictures.get(part.asInt()).asString();
                    content.addObject()
                            .put("type", "image_url")
                            .putObject("image_url")
                            .put("url", url(name));
                } else {
                    content.addObject().put("type", "text").put("text", part.asString());
                }
            }
        }
        return body.toString();
    }

    private static String url(String name) throws Exception {
        byte[] file = Files.readAllBytes(FIXTURES.resolve("pictures").resolve(name + ".png"));
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(file);
    }

    private static EntityExchangeResult<String> ask(String body) {
        return replica.client()
                .post()
                .uri("/v1/chat/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectBody(String.class)
                .returnResult();
    }
}
