// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.Wire;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.Limits;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** A gateway whose key has limits, over HTTP. */
class LimitedKeyTest {

    private static final Limits LIMITS = new Limits(1_000, 0, 10_000);
    private static final String LEAVER = "rvk_another";
    private static final String USAGE =
            "\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":900,\"total_tokens\":1000}}";

    private static GatewayFixture gateway;
    private static StubReplica replica;

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.identity.keys[0].limits.requests-per-minute=" + LIMITS.requestsPerMinute(),
                "rivulet.identity.keys[0].limits.tokens-per-day=" + LIMITS.tokensPerDay(),
                "rivulet.identity.keys[1].name=leaver",
                "rivulet.identity.keys[1].scopes=inference",
                "rivulet.identity.keys[1].sha256=" + GatewayFixture.sha256(LEAVER),
                "rivulet.identity.keys[1].limits.requests-per-minute=" + LIMITS.requestsPerMinute(),
                "rivulet.identity.keys[1].limits.tokens-per-day=" + LIMITS.tokensPerDay());
        replica = StubReplica.start("replica");
        gateway.join(replica);
    }

    @AfterAll
    static void stop() {
        replica.close();
        gateway.close();
    }

    @Test
    void countingTokensCostsTheKeyNothing() throws Exception {
        replica.json(200, "{\"count\":5,\"max_model_len\":64}");
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> counted = gateway.post(
                    "/v1/messages/count_tokens",
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "x".repeat(60_000) + "\"}]}");
            assertThat(counted.body()).isEqualTo("{\"input_tokens\":5}");
            assertThat(counted.headers().map()).doesNotContainKey("x-ratelimit-limit-requests");
        }
    }

    @Test
    void answersSayWhatIsLeftAndTheUsageOfWholeAnswersAndStreamsIsChargedUntilNothingIs() throws Exception {
        replica.json(200, "{\"choices\":[]," + USAGE);
        HttpResponse<String> first = gateway.chat(GatewayFixture.WHOLE);
        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(header(first, "x-ratelimit-limit-requests")).isEqualTo("1000");
        assertThat(header(first, "x-ratelimit-remaining-requests")).isEqualTo("999");
        assertThat(header(first, "x-ratelimit-limit-tokens")).isEqualTo("10000");
        await().until(() -> leftAbout(9_000));

        replica.streaming("data: {\"choices\":[]," + USAGE + "\n\ndata: [DONE]\n\n");
        assertThat(gateway.chat(GatewayFixture.STREAM).statusCode()).isEqualTo(200);
        await().until(() -> leftAbout(8_000));

        replica.json(503, "{\"error\":{\"message\":\"no\",\"type\":\"x\",\"param\":null,\"code\":\"queue_timeout\"}}");
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(503);
        await().until(() -> leftAbout(8_000));

        replica.json(
                200,
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":9000,\"total_tokens\":9100}}");
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
        await().until(() -> leftAbout(0));
        HttpResponse<String> refused = gateway.chat(GatewayFixture.WHOLE);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("\"code\":\"rate_limit_exceeded\"", "\"param\":null", "10000 tokens a day");
        assertThat(header(refused, "x-ratelimit-remaining-tokens")).isEqualTo("0");
        assertThat(header(refused, "x-should-retry")).isEqualTo("false");
        // 1,100 too many, and some 140 for this request, of 10,000 a day.
        assertThat(Long.parseLong(header(refused, "retry-after"))).isBetween(9_600L, 11_200L);
    }

    @Test
    void whoLeavesWithinAStreamIsChargedForWhatWasMade() throws Exception {
        String event = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n";
        String made = event.repeat(500) + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"last\"}}]}\n\n";
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(Flux.just(StubReplica.utf8(made)).concatWith(Flux.never()), bytes -> true));
        try (Wire wire = new Wire(gateway.port())) {
            wire.post(GatewayFixture.CHAT, LEAVER, GatewayFixture.STREAM).readUntil("last");
        }
        await().until(() -> gateway.gate().running() == 0);
        await().untilAsserted(() -> assertThat(left("leaver")).isBetween(9_000L, 9_520L));
    }

    /** Some seconds' worth may have flowed in. */
    private static boolean leftAbout(long tokens) {
        return left("test") >= tokens && left("test") < tokens + 20;
    }

    private static long left(String key) {
        Caller caller = new Caller(key, Set.of(Caller.INFERENCE), Caller.Priority.NORMAL, LIMITS);
        return Long.parseLong(gateway.bean(Budgets.class)
                .standing(caller)
                .headers()
                .getOrDefault("x-ratelimit-remaining-tokens", "-1"));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }
}
