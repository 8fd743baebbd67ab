// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.server.HttpServerResponse;

/** Requests under a rollout, at a gateway whose replica has both versions. */
class RolloutStepTest {

    private static final AtomicInteger ROLLOUTS = new AtomicInteger();
    private static final String VERSION = "x-rivulet-model-version";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static GatewayFixture gateway;

    private final StubReplica replica = StubReplica.start("replica-" + System.nanoTime());
    private final int number = ROLLOUTS.incrementAndGet();
    private final String id = "rollout-" + number;

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.caching.size=1MB", "rivulet.rollouts.shadow-share=1", "rivulet.rollouts.shadow-concurrency=1");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void join() {
        gateway.join(Events.truthful(replica.having("1", "2")));
    }

    @AfterEach
    void leave() {
        gateway.bean(Rollouts.class).forgotten("m");
        gateway.routes().left(replica.id());
        replica.close();
    }

    @Test
    void aSessionThatWasMovedToTheCandidateStaysThereWhileItsShareGrows() throws Exception {
        Set<String> before = Set.of();
        int[] percents = {1, 10, 50, 100};
        for (int i = 0; i < percents.length; i++) {
            rolls(i + 1, "CANARY", percents[i]);
            Set<String> moved = moved();
            assertThat(moved).containsAll(before);
            before = moved;
        }
        assertThat(before).hasSize(40);
        rolls(9, "PAUSED", 50);
        assertThat(moved()).hasSizeBetween(8, 32);
    }

    @Test
    void aCallerCanNotChooseTheVersion() throws Exception {
        rolls(1, "CANARY", 0);
        assertThat(version(ask("x", VERSION, "2"))).isEqualTo("1");
        assertThat(replica.received)
                .allSatisfy(one -> assertThat(one.headers().getAll(VERSION)).containsExactly("1"));
        gateway.bean(Rollouts.class).forgotten("m");
        assertThat(version(ask("x", VERSION, "2"))).isEqualTo("1");
        assertThat(replica.received.getLast().headers().contains(VERSION)).isFalse();
    }

    @Test
    void withoutAReadyCandidateTheBaselineAnswers() throws Exception {
        gateway.join(replica.having("1"));
        rolls(1, "CANARY", 100);
        assertThat(version(ask("x"))).isEqualTo("1");
        assertThat(counted("2", "absent")).isOne();
        assertThat(counted("1", "ok")).isOne();
    }

    @Test
    void whatTheCandidateFailsAtBeforeATokenTheBaselineAnswers() throws Exception {
        rolls(1, "CANARY", 100);
        failing(response -> response.status(500).header("content-type", "application/json"), "{}");
        assertThat(version(ask("x"))).isEqualTo("1");
        failing(response -> response.header("content-type", "text/event-stream"), "data: {\"error\":{}}\n\n");
        HttpResponse<String> streamed = gateway.chat(GatewayFixture.STREAM);
        assertThat(streamed.statusCode()).isEqualTo(200);
        assertThat(streamed.headers().firstValue(VERSION)).hasValue("1");
        failing(response -> response.status(400).header("content-type", "application/json"), "{}");
        assertThat(version(ask("x"))).isEqualTo("1");
        assertThat(counted("2", "error")).isEqualTo(2);
        assertThat(counted("2", "refused")).isOne();
    }

    @Test
    void aVersionThatHasJustLeftIsNoFailureOfItsCallers() throws Exception {
        rolls(1, "CANARY", 0);
        replica.having("2");
        assertThat(version(ask("x")))
                .as("promoted, and this gateway has yet to hear it")
                .isEqualTo("2");
        replica.having("1");
        rolls(2, "CANARY", 100);
        assertThat(version(ask("x")))
                .as("rolled back, and this gateway has yet to hear it")
                .isEqualTo("1");
    }

    @Test
    void keptAnswersAreThoseOfTheVersionThatARequestBelongsTo() throws Exception {
        String body = GatewayFixture.WHOLE
                .replace("{\"model\"", "{\"temperature\":0,\"model\"")
                .replace("hi", "question of " + id);
        rolls(1, "CANARY", 0);
        assertThat(version(gateway.chat(body))).isEqualTo("1");
        assertThat(gateway.chat(body).headers().firstValue("x-rivulet-cache")).hasValue("hit");
        rolls(2, "CANARY", 100);
        HttpResponse<String> candidate = gateway.chat(body);
        assertThat(candidate.headers().firstValue("x-rivulet-cache")).hasValue("miss");
        assertThat(version(candidate)).isEqualTo("2");
        HttpResponse<String> kept = gateway.chat(body);
        assertThat(kept.headers().firstValue("x-rivulet-cache")).hasValue("hit");
        assertThat(version(kept)).isEqualTo("2");
        assertThat(kept.body()).contains("\"said_by\":\"2\"");

        String other = body.replace(id, id + " again");
        failing(response -> response.status(500).header("content-type", "application/json"), "{}");
        assertThat(version(gateway.chat(other))).isEqualTo("1");
        Events.truthful(replica);
        HttpResponse<String> anew = gateway.chat(other);
        assertThat(anew.headers().firstValue("x-rivulet-cache"))
                .as("what the baseline said in its place is not the candidate's")
                .hasValue("miss");
        assertThat(version(anew)).isEqualTo("2");
    }

    @Test
    void aModelIsListedOnceWithTheVersionThatServesAll() throws Exception {
        rolls(1, "PREPARING", 0);
        assertThat(gateway.get("/v1/models").body())
                .containsOnlyOnce("\"id\":\"m\"")
                .contains("\"version\":\"1\"");
        assertThat(version(ask("x"))).isEqualTo("1");
    }

    @Test
    void mirroredRequestsAreComparedAndNobodyHearsOfThem() throws Exception {
        rolls(1, "SHADOWING", 0);
        String greedy = GatewayFixture.WHOLE.replace("{\"model\"", "{\"temperature\":0,\"seed\":1,\"model\"");
        HttpResponse<String> answer = gateway.chat(greedy.replace("hi", "greedy " + id));
        assertThat(version(answer)).isEqualTo("1");
        await().atMost(SOON).until(() -> shadows("equal") == 1);
        List<StubReplica.Received> mirrored = toCandidate();
        assertThat(mirrored).singleElement().satisfies(one -> {
            assertThat(one.headers().get("x-rivulet-priority")).isEqualTo("low");
            assertThat(one.headers().get("x-request-id"))
                    .isEqualTo("shadow-"
                            + answer.headers().firstValue("x-request-id").orElseThrow());
            assertThat(Events.body(one)).contains("greedy " + id);
        });
        assertThat(version(ask("x"))).isEqualTo("1");
        await().atMost(SOON).until(() -> shadows("sampled") == 1);
        replica.answeringEach((received, response) -> "2"
                        .equals(received.headers().get(VERSION))
                ? response.header("content-type", "application/json")
                        .sendString(Mono.just("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"sane\"}}]}"))
                : Events.said("1", response));
        gateway.chat(greedy.replace("hi", "once more " + id));
        await().atMost(SOON).until(() -> shadows("different") == 1);
        assertThat(gateway.bean(MeterRegistry.class)
                        .get("rivulet.gateway.rollout.shadow.agreed")
                        .summary()
                        .totalAmount())
                .isEqualTo(2);
    }

    @Test
    void aMirroredRequestForWhichThereIsNoRoomIsDropped() throws Exception {
        rolls(1, "SHADOWING", 0);
        Sinks.Empty<Void> gate = Sinks.empty();
        replica.answeringEach(
                (received, response) -> "2".equals(received.headers().get(VERSION))
                        ? gate.asMono().thenMany(Events.said("2", response))
                        : Events.said("1", response));
        assertThat(version(ask("x"))).isEqualTo("1");
        await().atMost(SOON).until(() -> toCandidate().size() == 1);
        assertThat(version(ask("x"))).isEqualTo("1");
        assertThat(shadows("dropped")).isOne();
        assertThat(toCandidate()).hasSize(1);
        gate.tryEmitEmpty();
        await().atMost(SOON).until(() -> shadows("sampled") == 1);
    }

    @Test
    void theFirstAnswerOfEachStepIsTimedAndNoOther() throws Exception {
        long before = stepsTimed();
        rolls(1, "CANARY", 100);
        ask("x");
        assertThat(stepsTimed())
                .as("this gateway did not hear when that step was taken")
                .isEqualTo(before);
        rolls(2, "CANARY", 0);
        rolls(3, "CANARY", 100);
        ask("x");
        ask("y");
        assertThat(stepsTimed()).isEqualTo(before + 1);
        rolls(4, "PAUSED", 100);
        ask("x");
        assertThat(stepsTimed()).isEqualTo(before + 1);
    }

    private static long stepsTimed() {
        return gateway.bean(MeterRegistry.class)
                .get("rivulet.gateway.rollout.step")
                .timer()
                .count();
    }

    @Test
    void onlyTheNewestRolloutOfAModelHasMeters() throws Exception {
        rolls(1, "CANARY", 0);
        ask("x");
        gateway.bean(Rollouts.class).forgotten("m");
        gateway.bean(Rollouts.class).changed(Events.rollout(id + "b", ROLLOUTS.incrementAndGet(), 1, "CANARY", 100));
        ask("x");
        assertThat(gateway.bean(MeterRegistry.class)
                        .find("rivulet.gateway.rollout.requests")
                        .counters())
                .singleElement()
                .satisfies(
                        counter -> assertThat(counter.getId().getTag("version")).isEqualTo("2"));
    }

    private void rolls(long revision, String state, int percent) {
        gateway.bean(Rollouts.class).changed(Events.rollout(id, number, revision, state, percent));
    }

    /** The candidate answers with this, the baseline as it does. */
    private void failing(UnaryOperator<HttpServerResponse> head, String body) {
        replica.answeringEach(
                (received, response) -> "2".equals(received.headers().get(VERSION))
                        ? head.apply(response).sendString(Mono.just(body))
                        : received.headers().get("accept").contains("event-stream")
                                ? response.header("content-type", "text/event-stream")
                                        .sendString(Mono.just("data: {\"a\":1}\n\ndata: [DONE]\n\n"))
                                : Events.said("1", response));
    }

    private List<StubReplica.Received> toCandidate() {
        return replica.received.stream()
                .filter(one -> "2".equals(one.headers().get(VERSION)))
                .toList();
    }

    /** Those of forty sessions that the candidate answers. */
    private static Set<String> moved() {
        return IntStream.range(0, 40)
                .mapToObj(number -> "session-" + number)
                .filter(session -> {
                    try {
                        return version(ask("x", "x-session-id", session)).equals("2");
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .collect(Collectors.toSet());
    }

    private static HttpResponse<String> ask(String question, String... headers) throws Exception {
        return gateway.post(GatewayFixture.CHAT, GatewayFixture.WHOLE.replace("hi", question), headers);
    }

    private static String version(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.headers().firstValue(VERSION).orElse("none");
    }

    private static double counted(String version, String outcome) {
        return gateway.bean(MeterRegistry.class)
                .get("rivulet.gateway.rollout.requests")
                .tag("version", version)
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static double shadows(String outcome) {
        var counter = gateway.bean(MeterRegistry.class)
                .find("rivulet.gateway.rollout.shadows")
                .tag("outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }
}
