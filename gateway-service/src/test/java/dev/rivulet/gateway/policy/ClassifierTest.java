// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import static dev.rivulet.gateway.policy.Chats.asking;
import static dev.rivulet.gateway.policy.Chats.chunk;
import static dev.rivulet.gateway.policy.Chats.content;
import static dev.rivulet.gateway.policy.Chats.finishes;
import static dev.rivulet.gateway.policy.Chats.streaming;
import static dev.rivulet.gateway.policy.Chats.told;
import static dev.rivulet.gateway.policy.Chats.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import io.netty.buffer.ByteBuf;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
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

/** Policies whose filters ask a model: one that finds a threat wherever a text holds the beginning of the word. */
class ClassifierTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String FLAGGED_KEY = "flagged-key";
    /** A server that fails at once throws away what it has not written. */
    private static final Duration UNTIL_WRITTEN = Duration.ofMillis(300);

    private static GatewayFixture gateway;

    private final StubReplica replica = StubReplica.start("replica-" + System.nanoTime());
    private final List<String> judged = new CopyOnWriteArrayList<>();
    private volatile String[] events = {};
    private volatile String answer = whole("fine", "null");
    private volatile int status = 200;
    private volatile boolean tags;
    private volatile Flux<ByteBuf> ending = Flux.empty();

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.routing.probe-timeout=20s",
                "rivulet.identity.keys[1].name=flagged",
                "rivulet.identity.keys[1].sha256=" + GatewayFixture.sha256(FLAGGED_KEY),
                "rivulet.policy.enabled=true",
                "rivulet.policy.default-policy=judged",
                "rivulet.policy.keys[flagged]=flagged",
                "rivulet.policy.filters[threats].classifier.model=kinds",
                "rivulet.policy.filters[threats].classifier.labels=threat",
                "rivulet.policy.filters[threats].classifier.score=0.7",
                "rivulet.policy.filters[threats].classifier.window=16",
                "rivulet.policy.filters[pii].pii=email",
                "rivulet.policy.policies[judged].input.threats=block",
                "rivulet.policy.policies[judged].input.pii=redact",
                "rivulet.policy.policies[judged].output.threats=block",
                "rivulet.policy.policies[flagged].output.threats=flag");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void join() {
        replica.serving("1", "m", "kinds").answeringEach((received, response) -> {
            if (received.path().endsWith("/classify")) {
                return judging(received, response);
            }
            return events.length > 0
                    ? response.header("content-type", "text/event-stream")
                            .send(Flux.fromArray(events).map(StubReplica::utf8).concatWith(ending), bytes -> true)
                    : response.header("content-type", "application/json").sendString(Mono.just(answer));
        });
        gateway.join(replica);
    }

    @AfterEach
    void leave() {
        gateway.routes().left(replica.id());
        replica.close();
    }

    @Test
    void aRequestThatIsFoundIsRefusedWhereverInALongTextItIs() throws Exception {
        assertThat(gateway.chat(asking("How is the weather, ada@example.com?")).statusCode())
                .isEqualTo(200);
        assertThat(judged).as("after the other filters").noneMatch(text -> text.contains("ada@"));

        HttpResponse<String> refused = gateway.chat(asking("well ".repeat(40) + "a threat " + "well ".repeat(40)));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).at("/error/code").asString()).isEqualTo("content_policy_violation");
        assertThat(judged).allMatch(text -> text.length() <= 16);
        assertThat(gateway.chat(asking("well ".repeat(1_000))).statusCode()).isEqualTo(413);
    }

    @Test
    void aWholeAnswerEndsBeforeTheWindowThatIsFound() throws Exception {
        answer = whole("All is well here and there is no more, but a threat", "null");

        JsonNode choice = JSON.readTree(gateway.chat(asking("hi")).body()).at("/choices/0");

        assertThat(choice.path("finish_reason").asString()).isEqualTo("content_filter");
        assertThat(choice.at("/message/content").asString())
                .startsWith("All is well")
                .doesNotContain("threat");
    }

    @Test
    void whatIsHeldWhenAReplicaBreaksOffIsJudgedAndToldBeforeTheFailure() throws Exception {
        events = new String[] {content(0, "All is well "), content(0, "here")};
        ending = Flux.<ByteBuf>error(new IllegalStateException("cut")).delaySubscription(UNTIL_WRITTEN);

        // The one that breaks off is asked nothing more until it has been looked at.
        try (StubReplica judge =
                StubReplica.start("judge").serving("1", "kinds").answeringEach(this::judging)) {
            gateway.join(judge);
            String stream = gateway.chat(streaming("hi")).body();
            gateway.routes().left(judge.id());

            assertThat(told(stream, 0, "content")).isEqualTo("All is well here");
            assertThat(stream).contains("\"code\":\"replica_lost\"").doesNotContain("[DONE]");
        }
    }

    @Test
    void aStreamEndsBeforeTheWindowThatIsFoundAndOtherChoicesGoOn() throws Exception {
        events = new String[] {
            content(0, "All is well "),
            content(1, "Nothing at "),
            content(0, "here, but a thr"),
            content(1, "all happens here"),
            content(0, "eat comes"),
            content(0, " and more"),
            chunk(1, "{}", "stop"),
            chunk(0, "{}", "stop"),
            "data: [DONE]\n\n"
        };

        HttpResponse<String> stream = gateway.chat(streaming("hi"));

        assertThat(told(stream.body(), 0, "content")).isEqualTo("All is well ");
        assertThat(finishes(stream.body(), 0)).containsExactly("content_filter");
        assertThat(told(stream.body(), 1, "content")).isEqualTo("Nothing at all happens here");
        assertThat(finishes(stream.body(), 1)).containsExactly("stop");
        assertThat(stream.body())
                .contains(": x-rivulet-policy output/threats/block\n\n")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void aStreamThatIsFlaggedIsWholeAndSaysSoAtItsEnd() throws Exception {
        events =
                new String[] {content(0, "a threat"), content(0, " or so"), chunk(0, "{}", "stop"), "data: [DONE]\n\n"};

        HttpResponse<String> stream = gateway.send(HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("authorization", "Bearer " + FLAGGED_KEY)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(streaming("a threat"))));

        assertThat(told(stream.body(), 0, "content")).isEqualTo("a threat or so");
        assertThat(stream.body()).contains(": x-rivulet-policy output/threats/flag\n\n");
    }

    @Test
    void aClassifierThatDoesNotAnswerLetsNothingThrough() throws Exception {
        status = 500;

        HttpResponse<String> refused = gateway.chat(asking("hi"));

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(replica.received).allMatch(one -> one.path().endsWith("/classify"));
    }

    @Test
    void aModelThatLabelsTokensLetsNothingThrough() throws Exception {
        tags = true;

        assertThat(gateway.chat(asking("hi")).statusCode()).isEqualTo(503);
        assertThat(replica.received).allMatch(one -> one.path().endsWith("/classify"));
    }

    private Publisher<Void> judging(StubReplica.Received received, HttpServerResponse response) {
        return response.status(status)
                .header("content-type", "application/json")
                .sendString(Mono.just(classify(JSON.readTree(received.body()))));
    }

    private String classify(JsonNode asked) {
        List<String> data = new ArrayList<>();
        for (JsonNode text : asked.path("input")) {
            judged.add(text.asString());
            double score = text.asString().contains("thr") ? 0.875 : 0.25;
            data.add(
                    tags
                            ? "{\"index\":0,\"spans\":[]}"
                            : "{\"label\":\"calm\",\"score\":" + (1 - score)
                                    + ",\"labels\":[{\"label\":\"calm\",\"score\":" + (1 - score)
                                    + "},{\"label\":\"threat\",\"score\":" + score + "}]}");
        }
        return "{\"object\":\"list\",\"data\":[" + String.join(",", data) + "],\"model\":\"kinds\"}";
    }
}
