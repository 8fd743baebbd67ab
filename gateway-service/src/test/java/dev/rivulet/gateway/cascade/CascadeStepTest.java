// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import io.netty.buffer.ByteBuf;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CascadeStepTest {

    private static final String OTHER_KEY = "other-key";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static GatewayFixture gateway;

    private final StubReplica replica = StubReplica.start("replica-" + System.nanoTime());
    private final Map<String, BiFunction<JsonNode, HttpServerResponse, Publisher<Void>>> models = new HashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.identity.keys[1].name=other",
                "rivulet.identity.keys[1].sha256=" + GatewayFixture.sha256(OTHER_KEY),
                "rivulet.cascade.routes[sure].models=small,large",
                "rivulet.cascade.routes[sure].escalate.mean-logprob=-1.0",
                "rivulet.cascade.routes[sure].escalate.question.model=kinds",
                "rivulet.cascade.routes[sure].escalate.question.label=hard",
                "rivulet.cascade.routes[sure].hold-back-tokens=3",
                "rivulet.cascade.routes[sure].continues=true",
                "rivulet.cascade.routes[sure].rules[0].when=(?i)lift",
                "rivulet.cascade.routes[sure].rules[0].say=Take the stairs.",
                "rivulet.cascade.routes[sure].refusal=Nobody can answer that now.",
                "rivulet.cascade.routes[decided].models=small,large",
                "rivulet.cascade.routes[decided].escalate.entropy=0.5",
                "rivulet.cascade.routes[formed].models=small,large",
                "rivulet.cascade.routes[formed].escalate.schema=true",
                "rivulet.cascade.routes[formed].escalate.matches=\\d",
                "rivulet.cascade.routes[chosen].models=small,large",
                "rivulet.cascade.routes[chosen].ensemble=2",
                "rivulet.cascade.routes[chosen].scorer.model=kinds",
                "rivulet.cascade.routes[chosen].scorer.label=polite");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void join() {
        says("small", "small", -0.1);
        says("large", "large", -0.1);
        classifies("easy", 0.9);
        replica.serving("1", "small", "large", "kinds").answeringEach((received, response) -> {
            JsonNode body = JSON.readTree(received.body());
            String model = body.path("model").asString();
            asked.add(model);
            return Objects.requireNonNull(models.get(model)).apply(body, response);
        });
        gateway.join(replica);
    }

    @AfterEach
    void leave() {
        gateway.routes().left(replica.id());
        replica.close();
    }

    @Test
    void theTokensOfARequestAreThoseOfTheModelThatIsAskedFirst() throws Exception {
        models.put(
                "small",
                (body, response) -> response.header("content-type", "application/json")
                        .sendString(Mono.just("{\"count\":5,\"max_model_len\":64}")));

        HttpResponse<String> answer = gateway.post(
                "/v1/messages/count_tokens",
                "{\"model\":\"sure\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");

        assertThat(answer.body()).isEqualTo("{\"input_tokens\":5}");
        assertThat(asked).containsExactly("small");
    }

    @Test
    void theSmallModelAnswersWhereItIsSureAndItsLikelihoodsAreNotShown() throws Exception {
        HttpResponse<String> answer = ask("sure", "");

        assertThat(spoken(answer)).isEqualTo("small");
        assertThat(answer.body())
                .contains("\"content\":\"small\"", "\"model\":\"small\"", "\"logprobs\":null")
                .doesNotContain("\"logprob\":");
        assertThat(asked).containsExactly("kinds", "small");
    }

    @Test
    void theLargeModelIsAskedWhereTheSmallOneIsUnsure() throws Exception {
        says("small", "small", -2.5);

        assertThat(spoken(ask("sure", ""))).isEqualTo("large");
        assertThat(asked).containsExactly("kinds", "small", "large");
        assertThat(ask("sure", ",\"logprobs\":true").body())
                .as("who asks for likelihoods gets them")
                .contains("\"logprob\":");
    }

    @Test
    void aHardQuestionGoesPastTheSmallModel() throws Exception {
        classifies("hard", 0.8);

        assertThat(spoken(ask("sure", ""))).isEqualTo("large");
        assertThat(asked).containsExactly("kinds", "large");
    }

    @Test
    void entropyEscalatesToo() throws Exception {
        models.put("small", (body, response) -> json(response, 200, """
                {"model":"small","choices":[{"index":0,"message":{"content":"x"},"logprobs":{"content":[{"logprob":-0.7,\
                "top_logprobs":[{"logprob":-0.7},{"logprob":-0.8}]}]}}]}"""));

        assertThat(spoken(ask("decided", ""))).isEqualTo("large");
    }

    @Test
    void anAnswerThatDoesNotHoldToTheSchemaOrTheExpressionEscalates() throws Exception {
        String schema = ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":"
                + "{\"type\":\"object\",\"required\":[\"n\"],\"properties\":{\"n\":{\"type\":\"integer\"}}}}}";
        says("small", "{\\\"n\\\":\\\"7\\\"}", -0.1);
        assertThat(spoken(ask("formed", schema))).isEqualTo("large");
        says("small", "{\\\"n\\\":7}", -0.1);
        assertThat(spoken(ask("formed", schema))).isEqualTo("small");
        says("small", "seven", -0.1);
        assertThat(spoken(ask("formed", ""))).as("no digit in it").isEqualTo("large");
    }

    @Test
    void aStreamIsJudgedByItsFirstTokensAndThenShownFromTheBeginning() throws Exception {
        streams("small", -0.1, -0.2, -0.1, -9.0);
        HttpResponse<String> sure = ask("sure", ",\"stream\":true");
        assertThat(spoken(sure)).isEqualTo("small");
        assertThat(text(sure.body())).isEqualTo("t0 t1 t2 t3 ");
        assertThat(sure.body()).doesNotContain("logprobs\":{").endsWith("data: [DONE]\n\n");

        streams("small", -3.0, -3.0, -3.0, -3.0);
        streams("large", -0.1);
        HttpResponse<String> unsure = ask("sure", ",\"stream\":true");
        assertThat(spoken(unsure)).isEqualTo("large");
        assertThat(unsure.body()).contains("\"model\":\"large\"").doesNotContain("\"model\":\"small\"");
    }

    @Test
    void whereTheLargeModelFailsTheSmallOnesAnswerHasToDo() throws Exception {
        says("small", "small", -2.5);
        fails("large");
        HttpResponse<String> whole = ask("sure", "");
        assertThat(spoken(whole)).isEqualTo("small");
        assertThat(whole.headers().firstValue("x-rivulet-degraded")).hasValue("smaller-model");

        streams("small", -3.0, -3.0, -3.0);
        HttpResponse<String> stream = ask("sure", ",\"stream\":true");
        assertThat(text(stream.body())).isEqualTo("t0 t1 t2 ");
        assertThat(stream.headers().firstValue("x-rivulet-degraded")).hasValue("smaller-model");
    }

    @Test
    void whereTheSmallModelFailsTheLargeOneAnswers() throws Exception {
        fails("small");
        assertThat(spoken(ask("sure", ""))).isEqualTo("large");
        streams("large", -0.1);
        assertThat(spoken(ask("sure", ",\"stream\":true"))).isEqualTo("large");
    }

    @Test
    void aStreamThatBreaksIsAPartialAnswerThatItsOwnKeyCanGoOnWith() throws Exception {
        models.put(
                "small",
                (body, response) -> events(
                        response,
                        Flux.concat(
                                chunks("small", -0.1, -0.1, -0.1, -0.1),
                                Flux.just(StubReplica.utf8("data: {\"error\":{}}\n\n")))));
        HttpResponse<String> partial = ask("sure", ",\"stream\":true");
        assertThat(partial.body()).contains("\"finish_reason\":\"length\"").endsWith("data: [DONE]\n\n");
        String token = found("\"continuation\":\"(\\w+)\"", partial.body());

        says("small", "and the rest", -0.1);
        HttpResponse<String> rest = ask("sure", "", "x-rivulet-continue", token);
        assertThat(rest.body()).contains("and the rest");
        assertThat(new String(replica.received.getLast().body(), StandardCharsets.UTF_8))
                .contains("{\"role\":\"assistant\",\"content\":\"t0 t1 t2 t3 \"}", "Go on with your answer");

        assertThat(gateway.send(HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                                .header("authorization", "Bearer " + OTHER_KEY)
                                .header("content-type", "application/json")
                                .header("x-rivulet-continue", token)
                                .POST(HttpRequest.BodyPublishers.ofString(body("sure", "Hi", ""))))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whereNoModelAnswersARuleDoesAndElseARefusal() throws Exception {
        fails("small");
        fails("large");
        HttpResponse<String> rule = gateway.chat(body("sure", "Is the lift broken?", ""));
        assertThat(spoken(rule)).isEqualTo("rules");
        assertThat(rule.body()).contains("Take the stairs.");

        HttpResponse<String> refusal = ask("sure", ",\"stream\":true");
        assertThat(spoken(refusal)).isEqualTo("refusal");
        assertThat(text(refusal.body())).isEqualTo("Nobody can answer that now.");
        assertThat(refusal.headers().firstValue("x-rivulet-degraded")).hasValue("refusal");

        assertThat(ask("decided", "").statusCode()).as("a route without either").isIn(502, 503);
    }

    @Test
    void theCallersFaultPassesAsItIsAndIsAskedOnce() throws Exception {
        models.put(
                "small",
                (body, response) -> json(
                        response,
                        400,
                        "{\"error\":{\"message\":\"top_p\",\"type\":\"invalid_request_error\",\"param\":\"top_p\",\"code\":\"invalid_value\"}}"));

        for (String stream : List.of("", ",\"stream\":true")) {
            HttpResponse<String> answer = ask("sure", stream);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("\"param\":\"top_p\"");
        }
        assertThat(asked).doesNotContain("large");
    }

    @Test
    void theBestOfSeveralAnswersIsGivenByLikelihoodOrByAScorer() throws Exception {
        says("small", "unlikely", -2.0);
        models.put(
                "small",
                (body, response) -> json(
                        response,
                        200,
                        answer(
                                "small",
                                "seed " + body.path("seed").asInt(),
                                -1.0 / (1 + body.path("seed").asInt()))));
        HttpResponse<String> likely = ask("small", "", "x-rivulet-ensemble", "3");
        assertThat(likely.body()).contains("seed 2").doesNotContain("\"logprob\":");

        says("small", "go away", -0.1);
        says("large", "you are welcome", -0.9);
        models.put(
                "kinds",
                (body, response) -> json(
                        response,
                        200,
                        "{\"data\":[{\"label\":\"polite\",\"score\":"
                                + (body.path("input").asString().contains("welcome") ? 0.9 : 0.1) + "}]}"));
        HttpResponse<String> polite = ask("chosen", ",\"stream\":true");
        assertThat(text(polite.body())).isEqualTo("you are welcome");
        assertThat(spoken(polite)).isEqualTo("large");

        assertThat(ask("small", "", "x-rivulet-ensemble", "9").statusCode()).isEqualTo(400);
    }

    @Test
    void routesAreListedAndOtherPathsAreRefused() throws Exception {
        assertThat(gateway.get("/v1/models").body()).contains("\"id\":\"sure\"");
        assertThat(gateway.post("/v1/completions", "{\"model\":\"sure\",\"prompt\":\"x\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    private HttpResponse<String> ask(String model, String more, String... headers) throws Exception {
        return gateway.post(GatewayFixture.CHAT, body(model, "Hi", more), headers);
    }

    private static String body(String model, String text, String more) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]" + more
                + "}";
    }

    private void says(String model, String text, double logprob) {
        models.put(model, (body, response) -> json(response, 200, answer(model, text, logprob)));
    }

    private void streams(String model, double... logprobs) {
        models.put(
                model,
                (body, response) -> events(
                        response,
                        Flux.concat(chunks(model, logprobs), Flux.just(StubReplica.utf8("data: [DONE]\n\n")))));
    }

    private void classifies(String label, double score) {
        models.put(
                "kinds",
                (body, response) ->
                        json(response, 200, "{\"data\":[{\"label\":\"" + label + "\",\"score\":" + score + "}]}"));
    }

    private void fails(String model) {
        models.put(model, (body, response) -> response.status(500).send());
    }

    private static String answer(String model, String text, double logprob) {
        return """
                {"id":"1","object":"chat.completion","created":1,"model":"%s","choices":[{"index":0,"message":{"role":"assistant",\
                "content":"%s","refusal":null},"logprobs":{"refusal":null,\
                "content":[{"token":"t","logprob":%s,"bytes":null,"top_logprobs":[]}]},\
                "finish_reason":"stop"}]}""".formatted(model, text, logprob);
    }

    private static Flux<ByteBuf> chunks(String model, double... logprobs) {
        return Flux.range(0, logprobs.length).map(i -> StubReplica.utf8("""
                data: {"model":"%s","choices":[{"index":0,"delta":{"content":"t%d "},"logprobs":{"content":[{"logprob":%s,\
                "top_logprobs":[]}]}}]}

                """.formatted(model, i, logprobs[i])));
    }

    private static Publisher<Void> json(HttpServerResponse response, int status, String body) {
        return response.status(status)
                .header("content-type", "application/json")
                .sendString(Mono.just(body));
    }

    private static Publisher<Void> events(HttpServerResponse response, Flux<ByteBuf> events) {
        return response.header("content-type", "text/event-stream").send(events, bytes -> true);
    }

    private static String spoken(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-rivulet-model").orElse("nobody: " + answer.body());
    }

    /** The text of a stream. */
    private static String text(String events) {
        StringBuilder text = new StringBuilder();
        for (String event : events.split("\n\n")) {
            if (event.startsWith("data: {")) {
                JsonNode chunk = JSON.readTree(event.substring("data: ".length()));
                text.append(chunk.path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .asString(""));
            }
        }
        return text.toString();
    }

    private static String found(String expression, String in) {
        Matcher matcher = Pattern.compile(expression).matcher(in);
        assertThat(matcher.find()).as(in).isTrue();
        return matcher.group(1);
    }
}
