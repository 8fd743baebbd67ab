// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever fails, is slow or talks nonsense: an answer comes, and says what it lacks. */
class MissingStagesTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static GatewayFixture gateway;

    private final Household household = new Household();

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.assistant.fusion=none",
                "rivulet.assistant.outputs=answer",
                "rivulet.assistant.stages.facts.kind=off",
                "rivulet.assistant.stages.platform.kind=off",
                "rivulet.assistant.stages.passages.kind=off",
                "rivulet.assistant.stages.sources.kind=off",
                "rivulet.relay.attempts=1",
                "rivulet.assistant.breaker.window=4",
                "rivulet.assistant.breaker.calls=4",
                "rivulet.assistant.breaker.pause=1ms",
                "rivulet.assistant.stages.intent.deadline=400ms",
                "rivulet.assistant.stages.slots.deadline=400ms",
                "rivulet.assistant.stages.answer.deadline=700ms");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void join() throws Exception {
        gateway.join(household.replica);
        // A breaker that another test has opened closes with the first good answer.
        for (int i = 0; i < 5; i++) {
            ask("hello");
        }
    }

    @AfterEach
    void leave() {
        gateway.routes().left(household.replica.id());
        household.close();
    }

    @Test
    void withoutAnIntentTheModelIsAskedInPlainChat() throws Exception {
        household.fails(Household.INTENT);

        HttpResponse<String> answer = ask("Set Aurora to 21 degrees");

        assertThat(text(answer))
                .isEqualTo("Setting Aurora to 21 degrees.\nI could not find out what you want me to do.");
        assertThat(household.system()).isEmpty();
        assertThat(missing(answer).propertyNames()).containsExactly("intent");
        assertThat(answer.headers().firstValue(Notices.HEADER)).contains("intent=replica_lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {Household.INTENT, Household.SLOTS, Household.DECODER})
    void aSlowModelIsCutOffAndTheAnswerSaysSo(String model) throws Exception {
        household.hangs(model);

        HttpResponse<String> answer = ask("Set Aurora to 21 degrees");

        assertThat(text(answer)).isNotEmpty();
        assertThat(missing(answer).path(stage(model)).asString()).isEqualTo("deadline");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "{\"data\":[{\"label\":\"light.on\",\"score\":\"NaN\"}]}",
                "{\"data\":[{\"label\":\"light.on\",\"score\":7}]}",
                "{\"data\":[]}",
                "[]"
            })
    void nonsenseOfAClassifierIsNoIntent(String nonsense) throws Exception {
        household.says(Household.INTENT, nonsense);

        HttpResponse<String> answer = ask("Set Aurora to 21 degrees");

        assertThat(text(answer))
                .isEqualTo("Setting Aurora to 21 degrees.\nI could not find out what you want me to do.");
        assertThat(missing(answer).path("intent").asString()).isEqualTo("replica_lost");
    }

    @Test
    void aSpanThatIsNotInTheQuestionIsNone() throws Exception {
        household.says(Household.SLOTS, Household.spans(Household.span("room", "Nowhere")));

        HttpResponse<String> answer = ask("Set Aurora to 21 degrees");

        assertThat(household.system()).isEqualTo("intent: climate.set_temperature");
        assertThat(missing(answer).path("slots").asString()).isEqualTo("replica_lost");
    }

    @Test
    void withoutWordsOfTheModelRulesAnswerWithWhatWasUnderstood() throws Exception {
        household.fails(Household.DECODER);

        HttpResponse<String> answer = ask("Set Aurora to 21 degrees");

        assertThat(text(answer))
                .isEqualTo("I understood: climate set temperature, room Aurora, temperature 21 degrees. I can't word a"
                        + " longer answer right now.");
        assertThat(missing(answer).path("answer").asString()).isEqualTo("replica_lost");
    }

    @Test
    void anUnsureIntentIsAnsweredByRules() throws Exception {
        household.says(Household.INTENT, Household.intent("light.on", 0.1));
        int before = household.asked(Household.DECODER).size();

        HttpResponse<String> answer = ask("blorp the fnord");

        assertThat(text(answer)).startsWith("I am not sure that I understood that.");
        assertThat(missing(answer).path("answer").asString()).isEqualTo("unsure");
        assertThat(household.asked(Household.DECODER)).hasSize(before);
    }

    @Test
    void aStreamThatBreaksOffEndsWithWhatWasSaidAndSaysSo() throws Exception {
        household.streams(Flux.just(Household.piece("Setting Au")));

        String stream = gateway.streamed(
                "{\"model\":\"assistant\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Set Aurora to 21 degrees\"}]}");

        assertThat(stream)
                .contains("Setting Au")
                .contains("\"missing\":{\"answer\":\"replica_lost\"}")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void everythingIsGoneAndRulesStillAnswer() throws Exception {
        household.fails(Household.INTENT).fails(Household.SLOTS).fails(Household.DECODER);

        HttpResponse<String> answer = ask("There is smoke in the kitchen!");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).startsWith("If anybody is in danger, leave the building");
        assertThat(missing(answer).propertyNames()).contains("intent", "slots", "answer");
    }

    private static String stage(String model) {
        return switch (model) {
            case Household.INTENT -> "intent";
            case Household.SLOTS -> "slots";
            default -> "answer";
        };
    }

    private static HttpResponse<String> ask(String text) throws Exception {
        return gateway.chat(
                "{\"model\":\"assistant\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}");
    }

    private static String text(HttpResponse<String> answer) {
        return JSON.readTree(answer.body())
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asString("");
    }

    private static JsonNode missing(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).path("rivulet").path("missing");
    }
}
