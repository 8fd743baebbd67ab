// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A question that is spoken and has a picture, as the assistant answers it without a setting. */
class LateFusionTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static GatewayFixture gateway;

    private final Household household = new Household();

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.caching.size=1MB",
                "rivulet.relay.attempts=1",
                "rivulet.assistant.breaker.calls=20",
                "rivulet.assistant.stages.spoken.deadline=20s",
                "rivulet.assistant.stages.intent.deadline=20s",
                "rivulet.assistant.stages.slots.deadline=20s",
                "rivulet.assistant.stages.facts.deadline=20s",
                "rivulet.assistant.stages.passages.kind=off",
                "rivulet.assistant.stages.platform.kind=off",
                "rivulet.assistant.stages.sources.kind=off",
                "rivulet.assistant.fusions.late.outputs=answer,facts,sight,picture",
                "rivulet.assistant.fusions.late.stages.seen.deadline=3s",
                "rivulet.assistant.fusions.late.stages.picture.deadline=20s");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        HTTP.shutdownNow();
    }

    @BeforeEach
    void join() {
        household.says(Household.INTENT, Household.intent("light.dim", 0.97));
        household.says(
                Household.SLOTS,
                Household.spans(Household.span("room", "Aurora"), Household.span("level", "30 percent")));
        household.words("Dimming ", "the light.");
        gateway.join(household.replica);
    }

    @AfterEach
    void leave() {
        gateway.routes().left(household.replica.id());
        household.close();
    }

    @Test
    void whatIsSaidIsDoneAndWhatIsSeenIsToldBesideIt() throws Exception {
        HttpResponse<String> answer = new SensesChat()
                .voice()
                .picture()
                .words("in Aurora to 30 percent")
                .ask(gateway);

        JsonNode body = JSON.readTree(answer.body());
        JsonNode message = body.path("choices").path(0).path("message");
        assertThat(message.path("content").asString())
                .isEqualTo(
                        "Dimming the light.\nThe light in Aurora is at 30 percent.\nIn the picture: A dial at 42 %.");
        assertThat(body.path("rivulet").path("heard").asString()).isEqualTo("dim the lights");
        assertThat(body.path("rivulet").path("missing").isEmpty()).isTrue();
        assertThat(household.asked(Household.INTENT).getLast().path("input").asString())
                .isEqualTo("dim the lights in Aurora to 30 percent");
        JsonNode heard = household.asked(Household.COMMANDS).getLast();
        assertThat(heard.path("format").asString()).isEqualTo("pcm16");
        assertThat(heard.path("audio").asString()).isNotEmpty();
        assertThat(message.path("images").size()).isEqualTo(1);
        assertThat(message.path("images").path(0).path("format").asString()).isEqualTo("image/svg+xml");
        assertThat(SensesChat.file(message.path("images").path(0)))
                .startsWith("<svg")
                .contains("Aurora", "42", "30 %");
    }

    @Test
    void thePictureComesWhenItIsReadyWhileWordsAreStillOnTheirWay() throws Exception {
        Sinks.Many<String> words = Sinks.many().unicast().onBackpressureBuffer();
        household.streams(Flux.concat(Flux.just(Household.piece("Dimming ")), words.asFlux()));
        List<JsonNode> chunks = new ArrayList<>();

        HttpRequest request = HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        new SensesChat().voice().picture().words("in Aurora").body(true)))
                .build();
        try (Stream<String> lines =
                HTTP.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
            for (Iterator<String> all = lines.iterator(); all.hasNext(); ) {
                chunks.addAll(SensesChat.chunks(all.next()));
                boolean drawn =
                        !chunks.isEmpty() && SensesChat.delta(chunks.getLast()).has("images");
                if (drawn) {
                    words.tryEmitNext(Household.piece("the light."));
                    words.tryEmitNext(Household.FINISH);
                    words.tryEmitComplete();
                }
            }
        }

        assertThat(SensesChat.text(chunks)).startsWith("Dimming the light.\n").contains("In the picture: A dial");
        assertThat(chunks.stream().filter(chunk -> SensesChat.delta(chunk).has("images")))
                .hasSize(1);
    }

    @Test
    void whatWasWrittenIsAnsweredWhereTheRecordingIsNotUnderstood() throws Exception {
        household.hears("unsure", "");

        HttpResponse<String> answer =
                new SensesChat().voice().words("dim Aurora to 30 percent").ask(gateway);

        assertThat(missing(answer)).isEqualTo("{\"spoken\":\"unheard\"}");
        assertThat(answer.body()).contains("The light in Aurora is at 30 percent.");
        assertThat(answer.headers().firstValue(Notices.HEADER)).contains("spoken=unheard");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fails", "hangs", "is degraded", "is away"})
    void theAnswerComesWithoutItsPictureAndSaysSo(String how) throws Exception {
        switch (how) {
            case "fails" -> household.fails(Household.SKETCH);
            case "hangs" -> household.hangs(Household.SKETCH);
            case "is degraded" ->
                household.answers(
                        Household.SKETCH,
                        (body, response) -> response.header("content-type", "application/json")
                                .header("x-rivulet-degraded", "pictures")
                                .sendString(Mono.just(Household.whole("I can't see. A dial at 1 %."))));
            default ->
                household.replica.serving(
                        "1", Household.INTENT, Household.SLOTS, Household.DECODER, Household.COMMANDS);
        }
        gateway.join(household.replica);

        HttpResponse<String> answer = new SensesChat()
                .voice()
                .picture()
                .words("in Aurora to 30 percent")
                .ask(gateway);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("Dimming the light.", "The light in Aurora is at 30 percent.")
                .doesNotContain("In the picture");
        String why = switch (how) {
            case "hangs" -> "deadline";
            case "is degraded" -> "unseen";
            case "is away" -> "no_replica";
            default -> "replica_lost";
        };
        assertThat(missing(answer)).isEqualTo("{\"seen\":\"" + why + "\"}");
    }

    @Test
    void aPictureAloneIsToldOfWithoutSayingThatSomethingIsMissing() throws Exception {
        HttpResponse<String> answer = new SensesChat().picture().ask(gateway);

        assertThat(answer.body()).contains("In the picture: A dial at 42 %.");
        assertThat(missing(answer)).isEqualTo("{}");
        assertThat(household.asked(Household.DECODER)).isEmpty();
    }

    @Test
    void aSecondPictureOrRecordingIsRefusedByItsPlace() throws Exception {
        HttpResponse<String> pictures = new SensesChat().picture().picture().ask(gateway);
        HttpResponse<String> recordings = new SensesChat().voice().voice().ask(gateway);

        assertThat(pictures.statusCode()).isEqualTo(400);
        assertThat(pictures.body()).contains("one picture", "messages[0].content");
        assertThat(recordings.statusCode()).isEqualTo(400);
    }

    @Test
    void noAnswerToARecordingIsKept() throws Exception {
        new SensesChat().voice().words("in Aurora").ask(gateway);
        household.hears("command", "lights on");
        HttpResponse<String> second =
                new SensesChat().voice().words("in Aurora").ask(gateway);

        assertThat(JSON.readTree(second.body()).path("rivulet").path("heard").asString())
                .isEqualTo("lights on");
    }

    private static String missing(HttpResponse<String> answer) {
        return JSON.readTree(answer.body()).path("rivulet").path("missing").toString();
    }
}
