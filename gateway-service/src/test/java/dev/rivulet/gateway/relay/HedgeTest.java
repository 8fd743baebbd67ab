// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.Wire;
import dev.rivulet.gateway.routing.Choice;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A replica that is asked first, for it has nothing to do, and another one. Each has room for one request, and one failure is
 * enough for its breaker, so that a place that did not come back or a cancel that counted as a failure shows in the next request.
 */
class HedgeTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String USAGE = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"total_tokens\":7}}\n\n";
    private static final String[] EVENTS = {
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"fast\"}}]}\n\n", USAGE, "data: [DONE]\n\n"
    };

    private static GatewayFixture gateway;

    private StubReplica first;
    private StubReplica other;

    @BeforeAll
    static void start() {
        gateway = hedging();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void join() {
        first = StubReplica.start("first-" + System.nanoTime());
        other = StubReplica.start("other-" + System.nanoTime()).streaming(EVENTS);
        join(gateway);
    }

    @AfterEach
    void leave() {
        gateway.routes().left(first.id());
        gateway.routes().left(other.id());
        first.close();
        other.close();
    }

    @Test
    void theOtherReplicaAnswersWhereTheFirstSaysNothingAndTheFirstIsFreeAgain() throws Exception {
        first.answering((request, response) -> silent(first));
        double won = hedges("won");
        double tokens = tokens();

        HttpResponse<String> answer = gateway.chat(GatewayFixture.STREAM);

        requireWholeAnswer(answer);
        await().atMost(SOON).until(() -> first.cancelled.get() == 1);
        assertThat(hedges("won") - won).isEqualTo(1);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(tokens() - tokens)
                        .as("the winner's tokens alone")
                        .isEqualTo(7));
        requireFirstIsFree();
    }

    @Test
    void aReplicaThatOnlySendsItsHeadAndCommentsHasNotBegun() throws Exception {
        first.answering((request, response) -> streaming(
                response,
                first.counted(Flux.just(StubReplica.utf8(": ping\n\n")).concatWith(Flux.never()))));

        HttpResponse<String> answer = gateway.chat(GatewayFixture.STREAM);

        requireWholeAnswer(answer);
        await().atMost(SOON).until(() -> first.cancelled.get() == 1);
        requireFirstIsFree();
    }

    @Test
    void aFirstReplicaThatBeginsLateAnswersAllTheSameAndTheOtherIsFreeAgain() throws Exception {
        first.answering((request, response) -> streaming(
                response, Flux.fromArray(EVENTS).map(StubReplica::utf8).delaySubscription(asked(other))));
        other.answering((request, response) -> silent(other));
        double lost = hedges("lost");

        requireWholeAnswer(gateway.chat(GatewayFixture.STREAM));

        await().atMost(SOON).until(() -> other.cancelled.get() == 1);
        assertThat(hedges("lost") - lost).isEqualTo(1);
        gateway.routes().left(first.id());
        other.streaming(EVENTS);
        requireWholeAnswer(gateway.chat(GatewayFixture.STREAM));
    }

    @Test
    void whereBothFailTheCallerIsToldWhatHeAlwaysWas() throws Exception {
        other.json(
                503,
                "{\"error\":{\"message\":\"full\",\"type\":\"server_error\",\"param\":null,\"code\":\"queue_full\"}}");
        first.answering((request, response) -> {
            response.withConnection(connection -> asked(other)
                    .subscribe(now -> {}, gone -> {}, () -> connection.channel().close()));
            return Mono.never();
        });

        HttpResponse<String> answer = gateway.chat(GatewayFixture.STREAM);

        assertThat(answer.statusCode()).isIn(502, 503);
        assertThat(answer.body()).containsAnyOf("\"replica_lost\"", "\"no_replica\"");
        assertThat(other.received).hasSize(1);
    }

    @Test
    void aCallerWhoLeavesLeavesBothReplicas() throws Exception {
        first.answering((request, response) -> silent(first));
        other.answering((request, response) -> silent(other));
        double cancelled = hedges("cancelled");

        try (Wire wire = new Wire(gateway.port())) {
            wire.post(GatewayFixture.CHAT, GatewayFixture.KEY, GatewayFixture.STREAM);
            await().atMost(SOON).until(() -> first.received.size() == 1 && other.received.size() == 1);
        }

        await().atMost(SOON).until(() -> first.cancelled.get() == 1 && other.cancelled.get() == 1);
        await().atMost(SOON).until(() -> hedges("cancelled") - cancelled == 1);
        await().atMost(SOON).until(() -> gateway.gate().running() == 0);
        requireFirstIsFree();
    }

    @Test
    void aRequestForOneWholeAnswerOfAStatelessModelGoesToBothToo() throws Exception {
        first.answering((request, response) -> silent(first));
        other.json(200, "{\"from\":\"other\"}");

        HttpResponse<String> answer = gateway.post("/v1/rerank", "{\"model\":\"m\",\"query\":\"q\",\"documents\":[]}");

        assertThat(answer.body()).contains("other");
        await().atMost(SOON).until(() -> first.cancelled.get() == 1);
    }

    @Test
    void aWholeGeneratedAnswerIsWaitedForAtItsReplica() throws Exception {
        first.answering((request, response) -> response.header("content-type", "application/json")
                .sendString(Mono.just("{\"from\":\"first\"}").delaySubscription(Duration.ofMillis(300))));

        assertThat(gateway.chat(GatewayFixture.WHOLE).body()).contains("first");
        assertThat(other.received).isEmpty();
    }

    @Test
    void withoutTheSettingNothingIsSentTwice() throws Exception {
        try (GatewayFixture plain = hedging("rivulet.routing.hedge.enabled=false")) {
            join(plain);
            requireAnswerOfTheFirst(plain, Mono.delay(Duration.ofMillis(500)));
            assertThat(other.received).isEmpty();
        }
    }

    @Test
    void beyondItsBudgetNothingIsSentTwice() throws Exception {
        try (GatewayFixture poor = hedging("rivulet.routing.hedge.budget=1")) {
            join(poor);
            requireAnswerOfTheFirst(poor, withheld(poor, "budget"));
            assertThat(other.received).isEmpty();
        }
    }

    @Test
    void aServerOfAnotherMakeIsNeverASecondReplica() throws Exception {
        try (GatewayFixture mixed = hedging(
                "rivulet.routing.upstreams[0].name=elsewhere",
                "rivulet.routing.upstreams[0].url=" + other.url() + "/v1",
                "rivulet.routing.upstreams[0].models[0].name=m")) {
            await().atMost(SOON).until(() -> mixed.routes().choose("m", Set.of()) instanceof Choice.Chosen);
            mixed.join(first);
            requireAnswerOfTheFirst(mixed, withheld(mixed, "replica"));
            assertThat(other.received).isEmpty();
        }
    }

    @Test
    void aSessionGoesOnWhereItsAnswerCameFrom() throws Exception {
        try (GatewayFixture sticky =
                hedging("rivulet.routing.strategy=locality", "rivulet.routing.replica.concurrency=100")) {
            sticky.join(first);
            first.streaming(EVENTS);
            inSession(sticky);
            first.answering((request, response) -> silent(first));
            sticky.join(other);
            inSession(sticky);
            assertThat(other.received).hasSize(1);
            first.streaming(EVENTS);
            inSession(sticky);
            assertThat(other.received).hasSize(2);
        }
    }

    private static void inSession(GatewayFixture there) throws Exception {
        requireWholeAnswer(there.post(GatewayFixture.CHAT, GatewayFixture.STREAM, "x-session-id", "s-1"));
    }

    /** A gateway that asks a second replica after 50 ms. */
    private static GatewayFixture hedging(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "rivulet.routing.hedge.enabled=true",
                "rivulet.routing.hedge.budget=100",
                "rivulet.routing.hedge.quantile=0",
                "rivulet.routing.hedge.delay=50ms",
                "rivulet.routing.strategy=least-tokens",
                "rivulet.routing.replica.concurrency=1",
                "rivulet.routing.replica.breaker-window=1",
                "rivulet.routing.replica.breaker-calls=1",
                "rivulet.routing.replica.breaker-failures=1",
                "rivulet.routing.replica.breaker-wait=60s",
                // On a slow machine no replica is to leave in the middle of a test.
                "rivulet.routing.probe-timeout=30s",
                "rivulet.relay.first-byte-timeout=15s"));
        all.addAll(List.of(settings));
        return GatewayFixture.start(all.toArray(String[]::new));
    }

    private void join(GatewayFixture there) {
        there.join(first, 0);
        there.join(other, 1);
    }

    /** The first replica does not begin before that, and answers then. */
    private void requireAnswerOfTheFirst(GatewayFixture there, Mono<?> before) throws Exception {
        first.answering((request, response) -> streaming(
                response, Flux.fromArray(EVENTS).map(StubReplica::utf8).delaySubscription(before)));
        requireWholeAnswer(there.chat(GatewayFixture.STREAM));
        assertThat(first.received).hasSize(1);
    }

    /**
     * It has its place, its outstanding tokens and the trust of its breaker back: it is asked first again. On a slow machine the
     * other one may be asked beside it; instead of it, it would not have been asked at all.
     */
    private void requireFirstIsFree() throws Exception {
        int before = first.received.size();
        first.streaming(EVENTS);
        requireWholeAnswer(gateway.chat(GatewayFixture.STREAM));
        assertThat(first.received).hasSize(before + 1);
    }

    /** Every event once, in order, from one replica. */
    private static void requireWholeAnswer(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().lines().filter(line -> line.startsWith("data: ")))
                .containsExactly(Arrays.stream(EVENTS).map(String::strip).toArray(String[]::new));
    }

    private static Mono<Void> silent(StubReplica replica) {
        return Mono.<Void>never().doOnCancel(replica.cancelled::incrementAndGet);
    }

    private static Publisher<Void> streaming(HttpServerResponse response, Flux<ByteBuf> bytes) {
        return response.header("content-type", "text/event-stream").send(bytes, each -> true);
    }

    private static Mono<Void> asked(StubReplica replica) {
        return once(() -> !replica.received.isEmpty());
    }

    /** Completes when a second attempt was due and was not made. */
    private static Mono<Void> withheld(GatewayFixture there, String by) {
        return once(() -> count(there, "rivulet.gateway.hedges.withheld", "by", by) == 1);
    }

    private static Mono<Void> once(BooleanSupplier condition) {
        return Flux.interval(Duration.ofMillis(5))
                .takeUntil(beat -> condition.getAsBoolean())
                .then();
    }

    private static double hedges(String result) {
        return count(gateway, "rivulet.gateway.hedges", "result", result);
    }

    private static double tokens() {
        return count(gateway, "rivulet.gateway.key.tokens", "key", "test");
    }

    private static double count(GatewayFixture there, String name, String tag, String value) {
        var counter = there.bean(MeterRegistry.class).find(name).tag(tag, value).counter();
        return counter == null ? 0 : counter.count();
    }
}
