// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * Each encoder behind the assistant killed, slowed and giving no numbers: a question that is spoken, drawn and about documents is
 * answered over HTTP all the same, says in words what is missing, and the encoder is left alone until it is well again.
 */
class FailingEncodersTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String MEANING = "meaning";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    enum Encoder {
        INTENT(Household.INTENT, "intent", "I could not find out what you want me to do."),
        SLOTS(Household.SLOTS, "slots", "I could not find out which rooms, doors or values you mean."),
        SPEECH(Household.COMMANDS, "spoken", "I could not listen to the recording."),
        SKETCH(Household.SKETCH, "seen", "I could not look at the picture."),
        EMBEDDINGS(MEANING, "passages", "I could search your documents by their words alone.");

        private final String model;
        private final String stage;
        private final String words;

        Encoder(String model, String stage, String words) {
            this.model = model;
            this.stage = stage;
            this.words = words;
        }
    }

    enum Fault {
        /** Its process is gone: nobody takes the connection. */
        REFUSED,
        /** Its process goes while it answers. */
        CUT,
        HANGS,
        /** As a replica answers whose model gives NaN. */
        SAYS_NO_NUMBERS,
        /** As a server of another make may. */
        WRITES_NAN
    }

    @TempDir
    private static Path files;

    private static GatewayFixture gateway;
    private static Household household;

    /** Breakers stay open for longer than two trials that hang: shorter pauses could take turns, with one trial under way for ever. */
    @BeforeAll
    static void start() throws Exception {
        gateway = GatewayFixture.start(
                "rivulet.files.folder=" + files,
                "rivulet.relay.attempts=1",
                "rivulet.routing.replica.breaker-calls=20",
                "rivulet.documents.model=" + MEANING,
                "rivulet.documents.patience=800ms",
                "rivulet.documents.failures=4",
                "rivulet.documents.pause=3s",
                "rivulet.assistant.breaker.window=4",
                "rivulet.assistant.breaker.calls=4",
                "rivulet.assistant.breaker.failures=100",
                "rivulet.assistant.breaker.pause=3s",
                "rivulet.assistant.stages.spoken.deadline=800ms",
                "rivulet.assistant.stages.intent.deadline=800ms",
                "rivulet.assistant.stages.slots.deadline=800ms",
                "rivulet.assistant.stages.passages.deadline=20s",
                "rivulet.assistant.stages.answer.deadline=20s",
                "rivulet.assistant.stages.facts.deadline=20s",
                "rivulet.assistant.fusions.late.stages.seen.deadline=800ms",
                "rivulet.assistant.fusions.late.stages.picture.deadline=20s");
        household = new Household();
        well();
        HttpResponse<String> kept = gateway.post(
                "/v1/documents", "{\"name\":\"handbook\",\"text\":\"# Bicycles\\nBicycles stand in the basement.\"}");
        String id = JSON.readTree(kept.body()).path("id").asString();
        assertThat(gateway.get("/v1/documents/" + id + "/events").body()).contains("event: document.ready");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        household.close();
    }

    /** Whatever was wrong: a breaker that is open closes with a good answer once its pause is over. */
    @BeforeEach
    void recovered() {
        well();
        await().atMost(PATIENCE).until(() -> missing(ask()).isEmpty());
    }

    private static Stream<Arguments> faults() {
        return Arrays.stream(Encoder.values())
                .flatMap(encoder -> Arrays.stream(Fault.values()).map(fault -> Arguments.of(encoder, fault)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void theAnswerComesWithoutItAndSaysSoInWords(Encoder encoder, Fault fault) throws Exception {
        try (Outage outage = new Outage(List.of(encoder), fault)) {
            List<JsonNode> answer = ask();

            assertThat(SensesChat.text(answer))
                    .startsWith("Setting Aurora to 21 degrees.")
                    .contains(encoder.words);
            assertThat(missing(answer).propertyNames()).containsExactly(encoder.stage);
            assertThat(outage.what()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void encodersThatKeepFailingAreAskedNoMoreUntilTheyAreWell(Fault fault) throws Exception {
        try (Outage outage = new Outage(List.of(Encoder.values()), fault)) {
            await().atMost(PATIENCE).until(() -> {
                long before = askedOfEncoders();
                List<JsonNode> answer = ask();
                assertThat(SensesChat.text(answer)).as("%s", answer).startsWith("Setting Aurora to 21 degrees.");
                return open("rivulet.assistant.breaker.open", "stage", "intent", "slots", "spoken", "seen")
                        && open("rivulet.documents.breaker.open", "")
                        && Stream.of("intent", "slots", "spoken", "seen")
                                .allMatch(stage ->
                                        missing(answer).path(stage).asString("").equals("breaker_open"))
                        && askedOfEncoders() == before;
            });
            assertThat(outage.what()).hasSize(Encoder.values().length);
        }

        well();
        await().atMost(PATIENCE).until(() -> missing(ask()).isEmpty());
        assertThat(open("rivulet.documents.breaker.open", "")).isFalse();
    }

    @Test
    void aQuestionInWordsIsNoneOfTheSensesBusinessEvenWhereTheyAreLeftAlone() throws Exception {
        try (Outage outage = new Outage(List.of(Encoder.SPEECH, Encoder.SKETCH), Fault.SAYS_NO_NUMBERS)) {
            await().atMost(PATIENCE)
                    .until(() -> missing(ask()).path("spoken").asString("").equals("breaker_open"));

            List<JsonNode> answer = SensesChat.chunks(gateway.streamed(
                    new SensesChat().words("Where do bicycles stand?").body(true)));

            assertThat(missing(answer).isEmpty()).isTrue();
            assertThat(SensesChat.text(answer)).contains("in the basement").doesNotContain("I could not");
            assertThat(outage.what()).hasSize(2);
        }
    }

    /** All is as it should be: each model answers, and the question is one that documents are quoted for. */
    private static void well() {
        household.says(Household.INTENT, Household.intent("out_of_scope", 0.97));
        household.says(Household.SLOTS, Household.spans());
        household.hears("command", "where do");
        household.sees("A dial at 42 %.");
        household.words("Setting Aurora ", "to 21 degrees.");
        household.answers(
                MEANING,
                (body, response) ->
                        response.header("content-type", "application/json").sendString(Mono.just(vectors(body))));
        household.replica.serving(
                "1",
                Household.INTENT,
                Household.SLOTS,
                Household.DECODER,
                Household.COMMANDS,
                Household.SKETCH,
                MEANING);
        gateway.join(household.replica);
    }

    private static String vectors(JsonNode body) {
        ArrayNode data = JSON.createArrayNode();
        body.path("input")
                .forEach(text -> data.addObject().putArray("embedding").add(3).add(4));
        return JSON.createObjectNode().set("data", data).toString();
    }

    private static List<JsonNode> ask() throws Exception {
        HttpResponse<String> answer = gateway.chat(
                new SensesChat().voice().picture().words("bicycles stand?").body(true));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).endsWith("data: [DONE]\n\n");
        return SensesChat.chunks(answer.body());
    }

    private static JsonNode missing(List<JsonNode> answer) {
        return answer.stream()
                .map(chunk -> chunk.path("rivulet"))
                .filter(told -> told.has("missing"))
                .findFirst()
                .orElseThrow()
                .path("missing");
    }

    /** Of the replica that all share: those of their own are not asked where the breaker is open, as the answer says. */
    private static long askedOfEncoders() {
        return household.asked.stream()
                .filter(body -> !body.path("model").asString().equals(Household.DECODER))
                .count();
    }

    private static boolean open(String gauge, String tag, String... values) {
        MeterRegistry meters = gateway.bean(MeterRegistry.class);
        return tag.isEmpty()
                ? meters.get(gauge).gauge().value() == 1
                : Arrays.stream(values)
                        .allMatch(value ->
                                meters.get(gauge).tag(tag, value).gauge().value() == 1);
    }

    /** Encoders that are in trouble for a while; those whose process goes have one of their own. */
    private static final class Outage implements AutoCloseable {

        private final List<Encoder> encoders;
        private final StubReplica own = StubReplica.start("own-" + System.nanoTime());

        Outage(List<Encoder> encoders, Fault fault) {
            this.encoders = encoders;
            encoders.forEach(encoder -> fail(encoder, fault));
            if (fault == Fault.REFUSED || fault == Fault.CUT) {
                String[] lost = encoders.stream().map(encoder -> encoder.model).toArray(String[]::new);
                household.replica.serving(
                        "1",
                        Stream.concat(
                                        Stream.of(Household.DECODER),
                                        Arrays.stream(Encoder.values())
                                                .filter(encoder -> !encoders.contains(encoder))
                                                .map(encoder -> encoder.model))
                                .toArray(String[]::new));
                gateway.join(household.replica);
                gateway.join(own.serving("1", lost)
                        .answering((request, response) -> response.header("content-type", "application/json")
                                .sendString(Flux.concat(
                                        Flux.just("{\"object\":\"list\",\"da"),
                                        Flux.error(new IOException("killed"))))));
                if (fault == Fault.REFUSED) {
                    own.close();
                }
            }
        }

        private static void fail(Encoder encoder, Fault fault) {
            switch (fault) {
                case REFUSED, CUT -> {
                    // Another replica has it.
                }
                case HANGS -> household.hangs(encoder.model);
                case SAYS_NO_NUMBERS ->
                    household.answers(
                            encoder.model,
                            (body, response) -> response.status(500)
                                    .header("content-type", "application/json")
                                    .sendString(Mono.just("{\"error\":{\"message\":\"The model gives values that are no"
                                            + " numbers.\",\"type\":\"server_error\",\"param\":null,"
                                            + "\"code\":\"internal_error\"}}")));
                case WRITES_NAN -> household.says(encoder.model, withNaN(encoder));
            }
        }

        private static String withNaN(Encoder encoder) {
            return switch (encoder) {
                case INTENT -> Household.intent("light.on", Double.NaN);
                case SLOTS -> "{\"data\":[{\"spans\":[{\"label\":\"room\",\"text\":\"stand\",\"score\":\"NaN\"}]}]}";
                case SPEECH -> "{\"outcome\":\"command\",\"text\":\"lights on\",\"confidence\":\"NaN\"}";
                case SKETCH -> "{\"choices\":[{\"message\":{\"content\":NaN}}]}";
                case EMBEDDINGS -> "{\"data\":[{\"embedding\":[\"NaN\",1.0]}]}";
            };
        }

        List<String> what() {
            return encoders.stream().map(encoder -> encoder.model).toList();
        }

        @Override
        public void close() {
            gateway.routes().left(own.id());
            own.close();
        }
    }
}
