// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AssistantTest {

    private static final String OTHER_KEY = "other-key";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static GatewayFixture gateway;

    private final Household household = new Household();

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.identity.keys[1].name=other",
                "rivulet.identity.keys[1].sha256=" + GatewayFixture.sha256(OTHER_KEY),
                "rivulet.assistant.fusion=none",
                "rivulet.assistant.outputs=answer",
                "rivulet.assistant.stages.facts.kind=off",
                "rivulet.assistant.stages.platform.kind=off",
                "rivulet.assistant.stages.passages.kind=off",
                "rivulet.assistant.stages.sources.kind=off",
                "rivulet.relay.attempts=1",
                "rivulet.caching.size=1MB",
                "rivulet.assistant.memory.tokens=40",
                "rivulet.assistant.breaker.calls=20",
                "rivulet.assistant.stages.intent.deadline=20s",
                "rivulet.assistant.stages.slots.deadline=20s",
                "rivulet.assistant.stages.answer.deadline=20s");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        HTTP.shutdownNow();
    }

    @BeforeEach
    void join() {
        gateway.join(household.replica);
    }

    @AfterEach
    void leave() {
        gateway.routes().left(household.replica.id());
        household.close();
    }

    @Test
    void whatIsMeantIsFoundOutAndGivenToTheModelThatWordsTheAnswer() throws Exception {
        HttpResponse<String> answer = ask("Set Aurora to 21 degrees");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("Setting Aurora to 21 degrees.");
        assertThat(household.system())
                .isEqualTo("intent: climate.set_temperature\nroom: Aurora\ntemperature: 21 degrees");
        JsonNode body = JSON.readTree(answer.body());
        assertThat(body.path("model").asString()).isEqualTo("assistant");
        assertThat(body.path("usage").path("total_tokens").asInt()).isEqualTo(13);
        assertThat(body.path("rivulet").path("missing").isEmpty()).isTrue();
        assertThat(body.path("rivulet")
                        .path("stages")
                        .path("intent")
                        .path("outcome")
                        .asString())
                .isEqualTo("done");
        assertThat(answer.headers().firstValue("server-timing").orElse(""))
                .contains("assistant-intent;dur=", "assistant-slots;dur=", "assistant-answer;dur=");
        assertThat(answer.headers().firstValue(Notices.HEADER)).isEmpty();
    }

    @Test
    void intentAndSlotsAreAskedSideBySide() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        Mono<String> whenBoth = Mono.fromCallable(() -> both.await(20, TimeUnit.SECONDS))
                .subscribeOn(Schedulers.boundedElastic())
                .thenReturn("");
        household.answers(Household.INTENT, (body, response) -> {
            both.countDown();
            return response.header("content-type", "application/json")
                    .sendString(whenBoth.thenReturn(Household.intent("light.on", 0.9)));
        });
        household.answers(Household.SLOTS, (body, response) -> {
            both.countDown();
            return response.header("content-type", "application/json")
                    .sendString(whenBoth.thenReturn(Household.spans(Household.span("room", "Delta"))));
        });

        HttpResponse<String> answer = ask("light in Delta please");

        assertThat(household.system()).isEqualTo("intent: light.on\nroom: Delta");
        assertThat(missing(answer)).isEmpty();
    }

    @Test
    void theAnswerIsStreamedAsItIsWordedAndItsLastChunkTellsTheStages() throws Exception {
        Sinks.Many<String> pieces = Sinks.many().unicast().onBackpressureBuffer();
        household.streams(pieces.asFlux());
        pieces.tryEmitNext(Household.piece("Setting "));

        HttpResponse<Stream<String>> answer = open("Set Aurora to 21 degrees");
        List<String> lines = new ArrayList<>();
        var all = answer.body().iterator();
        while (lines.stream().noneMatch(line -> line.contains("Setting"))) {
            lines.add(all.next());
        }
        pieces.tryEmitNext(Household.piece("Aurora."));
        pieces.tryEmitNext(Household.FINISH);
        pieces.tryEmitComplete();
        all.forEachRemaining(lines::add);

        assertThat(spoken(lines)).isEqualTo("Setting Aurora.");
        assertThat(lines).contains("data: [DONE]").anyMatch(line -> line.startsWith(": server-timing-assistant "));
        JsonNode last = chunks(lines).getLast();
        assertThat(last.path("choices").path(0).path("finish_reason").asString())
                .isEqualTo("stop");
        assertThat(last.path("rivulet")
                        .path("stages")
                        .path("slots")
                        .path("outcome")
                        .asString())
                .isEqualTo("done");
    }

    @Test
    void aReaderWhoGoesStopsTheModelThatWordsHisAnswer() throws Exception {
        household.streams(
                Flux.interval(Duration.ofMillis(5)).onBackpressureDrop().map(i -> Household.piece("on ")));

        HttpResponse<Stream<String>> answer = open("Set Aurora to 21 degrees");
        try (Stream<String> lines = answer.body()) {
            assertThat(lines.limit(3)).hasSize(3);
        }

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(household.replica.cancelled.get()).isPositive());
    }

    @Test
    void theNextTurnKnowsTheIntentAndTheValuesOfTheOneBefore() throws Exception {
        ask("Set Aurora to 21 degrees");
        household.says(Household.SLOTS, Household.spans(Household.span("room", "Borealis")));

        gateway.post(
                GatewayFixture.CHAT,
                "{\"model\":\"assistant\",\"messages\":[" + user("Set Aurora to 21 degrees")
                        + ",{\"role\":\"assistant\",\"content\":\"Setting Aurora to 21 degrees.\"},"
                        + user("and in Borealis?") + "]}");

        JsonNode input = household.asked(Household.INTENT).getLast().path("input");
        assertThat(input.path("text").asString()).isEqualTo("and in Borealis?");
        assertThat(input.path("text_pair").asString()).isEqualTo("climate.set_temperature");
        assertThat(household.system())
                .isEqualTo("intent: climate.set_temperature\nroom: Borealis\ntemperature: 21 degrees");
        assertThat(household.asked(Household.DECODER).getLast().path("messages").size())
                .isEqualTo(4);
    }

    @Test
    void aNamedConversationIsRememberedWithinItsBudgetAndForItsKeyAlone() throws Exception {
        named("Set Aurora to 21 degrees", GatewayFixture.KEY);
        household.says(Household.SLOTS, Household.spans(Household.span("room", "Borealis")));
        named("and in Borealis?", GatewayFixture.KEY);

        assertThat(turnsOfDecoder())
                .containsExactly("Set Aurora to 21 degrees", "Setting Aurora to 21 degrees.", "and in Borealis?");
        assertThat(household.system()).contains("room: Borealis", "temperature: 21 degrees");

        named("and in Borealis too, " + "please ".repeat(10), GatewayFixture.KEY);
        assertThat(turnsOfDecoder()).hasSizeLessThan(5).endsWith("and in Borealis too, " + "please ".repeat(10));

        named("and in Borealis?", OTHER_KEY);
        assertThat(turnsOfDecoder()).containsExactly("and in Borealis?");
    }

    @Test
    void theSameQuestionAtTemperatureZeroIsAnsweredFromTheCacheOfItsKey() throws Exception {
        String body =
                "{\"model\":\"assistant\",\"temperature\":0,\"messages\":[" + user("Set Aurora to 21 degrees") + "]}";

        assertThat(cache(gateway.post(GatewayFixture.CHAT, body))).isEqualTo("miss");
        HttpResponse<String> again = gateway.post(GatewayFixture.CHAT, body);
        assertThat(cache(again)).isEqualTo("hit");
        assertThat(text(again)).isEqualTo("Setting Aurora to 21 degrees.");
        assertThat(household.asked(Household.DECODER)).hasSize(1);
        assertThat(cache(send(body, OTHER_KEY))).isEqualTo("miss");
    }

    @Test
    void anAnswerThatLacksSomethingIsNotKept() throws Exception {
        household.fails(Household.SLOTS);
        String body =
                "{\"model\":\"assistant\",\"temperature\":0,\"messages\":[" + user("Set Fjord to 19 degrees") + "]}";

        assertThat(cache(gateway.post(GatewayFixture.CHAT, body))).isEqualTo("miss");
        assertThat(cache(gateway.post(GatewayFixture.CHAT, body))).isEqualTo("miss");
    }

    @Test
    void whatTheAssistantCannotDoIsRefused() throws Exception {
        assertThat(gateway.post(
                                GatewayFixture.CHAT,
                                "{\"model\":\"assistant\",\"tools\":[{\"type\":\"function\"}],\"messages\":["
                                        + user("hi") + "]}")
                        .body())
                .contains("unsupported_parameter", "tools");
        assertThat(gateway.post(
                                GatewayFixture.CHAT,
                                "{\"model\":\"assistant\",\"messages\":[{\"role\":\"assistant\",\"content\":\"hi\"}]}")
                        .body())
                .contains("invalid_value", "The last message must be the user's");
        assertThat(gateway.post("/v1/completions", "{\"model\":\"assistant\",\"prompt\":\"hi\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(gateway.get("/v1/models").body()).contains("\"assistant\"");
    }

    private List<String> turnsOfDecoder() {
        return household
                .asked(Household.DECODER)
                .getLast()
                .path("messages")
                .valueStream()
                .filter(message -> !message.path("role").asString().equals("system"))
                .map(message -> message.path("content").asString())
                .toList();
    }

    private void named(String text, String key) throws Exception {
        HttpResponse<String> answer =
                gateway.send(request("{\"model\":\"assistant\",\"messages\":[" + user(text) + "]}", key)
                        .header(AssistantStep.CONVERSATION, "kitchen"));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> send(String body, String key) throws Exception {
        return gateway.send(request(body, key));
    }

    private static HttpRequest.Builder request(String body, String key) {
        return HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static String cache(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-rivulet-cache").orElse("none");
    }

    private HttpResponse<String> ask(String text) throws Exception {
        return gateway.post(GatewayFixture.CHAT, "{\"model\":\"assistant\",\"messages\":[" + user(text) + "]}");
    }

    private static HttpResponse<Stream<String>> open(String text) throws Exception {
        String body = "{\"model\":\"assistant\",\"stream\":true,\"messages\":[" + user(text) + "]}";
        return HTTP.send(request(body, GatewayFixture.KEY).build(), HttpResponse.BodyHandlers.ofLines());
    }

    private static String user(String text) {
        return "{\"role\":\"user\",\"content\":\"" + text + "\"}";
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

    private static List<JsonNode> chunks(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> JSON.readTree(line.substring(6)))
                .toList();
    }

    private static String spoken(List<String> lines) {
        return chunks(lines).stream()
                .map(chunk -> chunk.path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .asString(""))
                .collect(Collectors.joining());
    }
}
