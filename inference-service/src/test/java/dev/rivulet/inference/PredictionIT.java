// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Stateless models on the engine of the class path, from an event to answers over HTTP. */
class PredictionIT {

    private static final Path BUILT_IN = Path.of("..", "models", "artefacts");
    private static final Path FIXTURES = Path.of("..", "libs", "engine-onnx", "src", "test", "resources", "encoders");
    private static final Path SEEING = FIXTURES.resolveSibling("vision");
    private static final Map<String, String> MODELS = Map.of(
            "rivulet-intent", "text-classification",
            "rivulet-slots", "token-classification",
            "bert-mean", "feature-extraction",
            "clip", "feature-extraction",
            "bert-cross", "text-classification");

    private static final String COMMANDS = "rivulet-commands";
    private static final Path CLIPS = Path.of("..", "models", "building", "speech");

    @TempDir
    private static Path cache;

    private static KafkaBroker broker;
    private static RegistryStub registry;
    private static Replica replica;

    @BeforeAll
    static void start() throws IOException {
        broker = new KafkaBroker();
        registry = new RegistryStub();
        replica = Replica.start(
                "spring.kafka.bootstrap-servers=" + broker.address(),
                "rivulet.models.cache=" + cache,
                "rivulet.encoding.queue-rows=64");
        for (var model : MODELS.entrySet()) {
            Path parent = model.getKey().startsWith("rivulet")
                    ? BUILT_IN
                    : model.getKey().equals("clip") ? SEEING : FIXTURES;
            broker.send(
                    ModelEvents.champion(registry, model.getKey(), model.getValue(), parent.resolve(model.getKey())));
        }
        broker.send(ModelEvents.champion(registry, COMMANDS, "audio-classification", BUILT_IN.resolve(COMMANDS)));
        await().atMost(Duration.ofSeconds(120))
                .until(() -> get("/v1/models").path("data").size() == MODELS.size());
    }

    @AfterAll
    static void stop() {
        replica.close();
        registry.close();
        broker.close();
    }

    @Test
    void picturesAndTextsBecomeVectorsOfOneSpaceInTheirOrder() throws Exception {
        JsonNode expected = JsonMapper.shared()
                .readTree(Files.readString(SEEING.resolve("clip").resolve("expected.json")));
        String url = "data:image/png;base64,"
                + Base64.getEncoder()
                        .encodeToString(
                                Files.readAllBytes(SEEING.resolve("pictures").resolve("wide.png")));
        JsonNode answer = ok("/v1/embeddings", """
                {"model":"clip","input":["a gauge",{"image":"%s"}]}""".formatted(url));

        assertClose(answer.at("/data/0/embedding"), expected.at("/texts/0/vector"));
        assertClose(answer.at("/data/1/embedding"), expected.at("/pictures/wide"));
    }

    private static void assertClose(JsonNode found, JsonNode wanted) {
        assertThat(found.size()).isEqualTo(wanted.size()).isPositive();
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(found.get(i).asDouble())
                    .isCloseTo(wanted.get(i).asDouble(), org.assertj.core.data.Offset.offset(1e-3));
        }
    }

    @Test
    void theIntentClassifierNamesTheIntentWithItsScore() {
        JsonNode answer = ok("/v1/classify", """
                {"model":"rivulet-intent","input":["turn off the lights in room 12 please",
                 {"text":"and in room 4","text_pair":"light.off"}],"top_k":3}""");

        JsonNode first = answer.path("data").path(0);
        assertThat(first.path("label").asString()).isEqualTo("light.off");
        assertThat(first.path("score").asDouble()).isBetween(0.5, 1.0);
        assertThat(first.path("labels").size()).isEqualTo(3);
        assertThat(answer.path("data").path(1).path("label").asString()).isEqualTo("light.off");
        assertThat(answer.path("usage").path("total_tokens").asInt()).isPositive();
    }

    @Test
    void aSpokenCommandIsRecognisedInARecordingAndInSamples() throws IOException {
        byte[] recording = Files.readAllBytes(CLIPS.resolve("000.opus"));
        JsonNode said = JsonMapper.shared()
                .readTree(Files.readAllLines(CLIPS.resolve("index.jsonl")).getFirst());
        await().atMost(Duration.ofSeconds(120))
                .until(() -> get("/internal/replica").toString().contains("AUDIO_COMMANDS"));

        JsonNode answer = ok("/v1/audio/commands", command("audio", recording, ""));

        assertThat(answer.path("object").asString()).isEqualTo("audio.command");
        assertThat(answer.path("alternatives").size()).isEqualTo(5);
        assertThat(answer.path("alternatives").toString())
                .contains(said.path("command").asString());
        assertThat(answer.path("duration").asDouble()).isBetween(2.3, 2.5);
        JsonNode silence = ok("/v1/audio/commands", command("audio", new byte[64_000], ",\"format\":\"pcm16\""));
        assertThat(silence.path("outcome").asString()).isEqualTo("silent");
        assertThat(silence.path("command").isNull()).isTrue();
    }

    @Test
    void aRecogniserOfCommandsWritesDownWhatItHears() throws Exception {
        await().atMost(Duration.ofSeconds(120))
                .until(() -> get("/internal/replica").toString().contains("AUDIO_COMMANDS"));
        int heard = 0;
        for (int clip = 0; clip < 8; clip++) {
            byte[] recording = Files.readAllBytes(CLIPS.resolve("%03d.opus".formatted(clip)));
            String phrase = ok("/v1/audio/commands", command("audio", recording, ""))
                    .path("text")
                    .asString();
            JsonNode written = ok("/v1/audio/transcriptions", command("audio", recording, ",\"language\":\"en\""));
            assertThat(written.path("text").asString()).isEqualTo(phrase);
            assertThat(written.path("usage").path("seconds").asInt()).isBetween(1, 4);
            heard += phrase.isEmpty() ? 0 : 1;
        }
        assertThat(heard).isGreaterThan(4);
        byte[] recording = Files.readAllBytes(CLIPS.resolve("000.opus"));
        for (String more : List.of(
                "\"response_format\":\"srt\"", "\"stream\":\"true\"", "\"language\":\"de\"", "\"nothing\":\"x\"")) {
            assertThat(refused(400, "/v1/audio/transcriptions", command("audio", recording, "," + more)))
                    .contains("\"param\":\"" + more.substring(1, more.indexOf('"', 1)) + "\"");
        }
    }

    @Test
    void whatIsNoRecordingIsRefusedByField() {
        assertThat(refused(400, "/v1/audio/commands", command("audio", "hello".getBytes(UTF_8), "")))
                .contains("\"param\":\"audio\"");
        assertThat(refused(400, "/v1/audio/commands", command("audio", new byte[3], ",\"format\":\"pcm16\"")))
                .contains("two bytes a sample");
        assertThat(refused(400, "/v1/audio/commands", command("audio", new byte[4], ",\"format\":\"mp3\"")))
                .contains("\"param\":\"format\"");
        assertThat(refused(400, "/v1/audio/commands", command("sound", new byte[4], "")))
                .contains("'audio' is missing");
        assertThat(refused(400, "/v1/audio/commands", "{\"model\":\"nobody\",\"audio\":\"AAAA\",\"format\":\"pcm16\"}"))
                .contains("two bytes a sample");
        assertThat(refused(404, "/v1/audio/commands", "{\"model\":\"nobody\",\"audio\":\"AAA=\",\"format\":\"pcm16\"}"))
                .contains("model_not_found");
    }

    private static String refused(int status, String path, String body) {
        return send(path, body, status).toString();
    }

    private static String command(String field, byte[] audio, String more) {
        String text = Base64.getEncoder().encodeToString(audio);
        return "{\"model\":\"" + COMMANDS + "\",\"" + field + "\":\"" + text + "\"" + more + "}";
    }

    /** As the gateway's policies ask it (docs/policy.md): windows of 126 characters, all labels. */
    @ParameterizedTest
    @ValueSource(strings = {"unlock the door ", "!?", "ж", "한", "日", "ệ", "\uD83D\uDD13", "x", "a ", "\u00bd"})
    void theIntentClassifierReadsEveryWindowOfAPolicy(String text) {
        String window = text.repeat(126).substring(0, 126);

        JsonNode read = ok(
                "/v1/classify",
                JsonMapper.shared()
                        .writeValueAsString(Map.of("model", "rivulet-intent", "input", List.of(window), "top_k", 100)));

        assertThat(read.at("/data/0/labels").size()).isEqualTo(43);
    }

    @Test
    void theSlotTaggerGivesSpansInCodePoints() {
        JsonNode spans = ok("/v1/classify", """
                {"model":"rivulet-slots","input":"😀 turn off the lights in room 12 please"}""").path("data").path(0).path("spans");

        assertThat(spans.size()).isEqualTo(1);
        assertThat(spans.path(0).path("label").asString()).isEqualTo("room");
        assertThat(spans.path(0).path("text").asString()).isEqualTo("room 12");
        assertThat(spans.path(0).path("start").asInt()).isEqualTo(25);
        assertThat(spans.path(0).path("end").asInt()).isEqualTo(32);
    }

    @Test
    void embeddingsComeAsFloatsOrBase64AndShortenedToLengthOne() {
        String body = "{\"model\":\"bert-mean\",\"input\":[\"the lamp\",\"ok\"]%s}";
        JsonNode floats = ok("/v1/embeddings", body.formatted(""));
        JsonNode packed = ok("/v1/embeddings", body.formatted(",\"encoding_format\":\"base64\""));
        JsonNode brief = ok("/v1/embeddings", body.formatted(",\"dimensions\":8"));

        JsonNode vector = floats.path("data").path(1).path("embedding");
        assertThat(vector.size()).isEqualTo(32);
        byte[] bytes = Base64.getDecoder()
                .decode(packed.path("data").path(1).path("embedding").asString());
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat())
                .isCloseTo((float) vector.path(0).asDouble(), org.assertj.core.data.Offset.offset(1e-5f));
        double square = 0;
        for (JsonNode value : brief.path("data").path(0).path("embedding")) {
            square += value.asDouble() * value.asDouble();
        }
        assertThat(brief.path("data").path(0).path("embedding").size()).isEqualTo(8);
        assertThat(square).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-5));
        assertThat(floats.path("usage").path("prompt_tokens").asInt()).isEqualTo(4 + 3);
    }

    @Test
    void givenTokensAreFramedAsATextIs() {
        JsonNode text = ok("/v1/embeddings", "{\"model\":\"bert-mean\",\"input\":\"the the\"}");
        JsonNode tokens = ok("/v1/embeddings", "{\"model\":\"bert-mean\",\"input\":[5,5]}");

        assertThat(tokens.path("data").path(0).path("embedding").path(3).asDouble())
                .isCloseTo(
                        text.path("data").path(0).path("embedding").path(3).asDouble(),
                        org.assertj.core.data.Offset.offset(1e-5));
    }

    @Test
    void rerankingSortsDocumentsByRelevance() {
        JsonNode answer = ok("/v1/rerank", """
                {"model":"bert-cross","query":"is it warm?","top_n":2,"return_documents":true,
                 "documents":["the lamp","the temperature of the room is 21 degrees",{"text":"ok"}]}""");

        JsonNode results = answer.path("results");
        assertThat(results.size()).isEqualTo(2);
        assertThat(results.path(0).path("relevance_score").asDouble())
                .isGreaterThanOrEqualTo(results.path(1).path("relevance_score").asDouble());
        assertThat(results.path(0).path("document").path("text").asString()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /v1/embeddings | {"model":"rivulet-intent","input":"a"} | 400 | can't be asked at /v1/embeddings
            /v1/classify | {"model":"bert-mean","input":"a"} | 400 | it answers /v1/embeddings
            /v1/embeddings | {"model":"nobody","input":"a"} | 404 | There is no model
            /v1/embeddings | {"model":"bert-mean"} | 400 | 'input' is missing
            /v1/embeddings | {"model":"bert-mean","input":[]} | 400 | must be a string, a list
            /v1/embeddings | {"model":"bert-mean","input":[99999]} | 400 | not in the vocabulary
            /v1/embeddings | {"model":"bert-mean","input":"a","dimensions":33} | 400 | at most 32
            /v1/embeddings | {"model":"bert-mean","input":"a","encoding_format":"hex"} | 400 | float or base64
            /v1/rerank | {"model":"bert-cross","query":"a","documents":[]} | 400 | 1 to 2048 documents
            /v1/classify | {"model":"rivulet-intent","input":{"text":1}} | 400 | must be a string
            /v1/classify | [] | 400 | must be a JSON object
            /v1/classify | {"model":"a","model":"b"} | 400 | can't be read as JSON
            """)
    void whatCannotBeAnsweredIsRefusedWithTheOpenAiErrorObject(String path, String body, int status, String says) {
        JsonNode error = send(path, body, status).path("error");

        assertThat(error.path("message").asString()).contains(says);
        assertThat(List.copyOf(error.propertyNames())).contains("message", "type", "param", "code");
    }

    @Test
    void aTextLongerThanTheModelReadsIsRefusedWithNumbers() {
        String body = "{\"model\":\"rivulet-intent\",\"input\":\"" + "light ".repeat(400) + "\"}";

        JsonNode error = send("/v1/classify", body, 400).path("error");

        assertThat(error.path("code").asString()).isEqualTo("context_length_exceeded");
        assertThat(error.path("message").asString()).contains("at most 128");
    }

    @Test
    void moreTextsThanTheQueueHoldsAreTurnedAwayAndMayComeAgain() {
        String many = "[\"ok\"" + ",\"ok\"".repeat(64) + "]";

        JsonNode error = send("/v1/embeddings", "{\"model\":\"bert-mean\",\"input\":" + many + "}", 429)
                .path("error");

        assertThat(error.path("code").asString()).isEqualTo("queue_full");
    }

    @Test
    void theStatusSaysWhatEachModelCanDo() {
        JsonNode models = get("/internal/replica").path("models");

        assertThat(models.valueStream()
                        .map(model -> model.path("model").asString() + " "
                                + model.path("capabilities")
                                        .valueStream()
                                        .map(JsonNode::asString)
                                        .collect(Collectors.joining(" "))))
                .containsExactlyInAnyOrder(
                        "rivulet-intent CLASSIFY",
                        "rivulet-slots CLASSIFY",
                        "bert-mean EMBEDDINGS",
                        "clip EMBEDDINGS",
                        "bert-cross RERANK",
                        "rivulet-commands AUDIO_COMMANDS TRANSCRIPTION");
    }

    private static JsonNode ok(String path, String body) {
        return send(path, body, 200);
    }

    private static JsonNode send(String path, String body, int status) {
        return JsonMapper.shared()
                .readTree(replica.client()
                        .post()
                        .uri(path)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(body)
                        .exchange()
                        .expectStatus()
                        .isEqualTo(status)
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody());
    }

    private static JsonNode get(String path) {
        return JsonMapper.shared()
                .readTree(replica.client()
                        .get()
                        .uri(path)
                        .exchange()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody());
    }
}
