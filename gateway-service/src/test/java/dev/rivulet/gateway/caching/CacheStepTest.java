// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.caching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class CacheStepTest {

    private static final AtomicInteger QUESTIONS = new AtomicInteger();
    private static final String OTHER_KEY = "other-key";
    private static GatewayFixture gateway;

    private final StubReplica replica = StubReplica.start("replica-" + System.nanoTime());
    private final AtomicInteger answers = new AtomicInteger();

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.identity.keys[1].name=other",
                "rivulet.identity.keys[1].sha256=" + GatewayFixture.sha256(OTHER_KEY),
                "rivulet.caching.size=1MB",
                "rivulet.caching.max-answer=20KB",
                "rivulet.caching.semantic[alike].embeddings=vectors",
                "rivulet.caching.semantic[alike].threshold=0.9");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void join() {
        serve("1");
        replica.answering((request, response) -> response.header("content-type", "application/json")
                .sendString(Mono.just("{\"answer\":" + answers.incrementAndGet() + "}")));
    }

    @AfterEach
    void leave() {
        gateway.routes().left(replica.id());
        replica.close();
    }

    @Test
    void theSameRequestAtTemperatureZeroIsAnsweredWithoutAReplica() throws Exception {
        String body = zero(question());
        HttpResponse<String> first = gateway.chat(body);
        HttpResponse<String> second = gateway.chat(body);

        assertThat(first.headers().firstValue("x-rivulet-cache")).hasValue("miss");
        assertThat(second.headers().firstValue("x-rivulet-cache")).hasValue("hit");
        assertThat(second.body()).isEqualTo(first.body()).isEqualTo("{\"answer\":1}");
        assertThat(replica.received).hasSize(1);
    }

    @Test
    void theOrderOfFieldsAndACallersSaltMakeNoDifferenceButEverythingElseDoes() throws Exception {
        String question = question();
        gateway.chat(zero(question));
        gateway.chat("{\"cache_salt\":\"mine\",\"temperature\":0.0,\"user\":\"u\","
                + zero(question).substring(1).replace(",\"temperature\":0", ""));
        assertThat(replica.received).hasSize(1);

        gateway.chat(zero(question).replace("\"temperature\":0", "\"temperature\":0,\"max_tokens\":5"));
        gateway.chat(zero(question()));
        assertThat(replica.received).hasSize(3);
    }

    @Test
    void otherTemperaturesAreAskedAnew() throws Exception {
        String body = zero(question()).replace("\"temperature\":0", "\"temperature\":0.7");
        gateway.chat(body);

        assertThat(gateway.chat(body).headers().firstValue("x-rivulet-cache")).isEmpty();
        assertThat(replica.received).hasSize(2);
    }

    @Test
    void noKeyCanTellWhatAnotherKeyAsked() throws Exception {
        String body = zero(question());
        gateway.chat(body);
        HttpResponse<String> other = as(OTHER_KEY, body);

        assertThat(other.headers().firstValue("x-rivulet-cache")).hasValue("miss");
        assertThat(replica.received).as("its answer takes as long as a new one").hasSize(2);
        assertThat(as(OTHER_KEY, body).body()).isEqualTo("{\"answer\":2}");
        assertThat(gateway.chat(body).body()).isEqualTo("{\"answer\":1}");
    }

    @Test
    void aNewVersionNeverAnswersFromTheOldOne() throws Exception {
        String body = zero(question());
        gateway.chat(body);
        serve("2");

        assertThat(gateway.chat(body).body()).isEqualTo("{\"answer\":2}");
        try (StubReplica old = StubReplica.start("old")) {
            gateway.join(old, 1_000_000);
            assertThat(gateway.chat(body).headers().firstValue("x-rivulet-cache"))
                    .as("two versions at once: nobody knows which would answer")
                    .isEmpty();
            gateway.routes().left("old");
        }
    }

    @Test
    void aStreamIsReplayedAsAStreamAndABrokenOneIsNotKept() throws Exception {
        String body = zero(question()).replace("\"temperature\"", "\"stream\":true,\"temperature\"");
        replica.streaming("data: {\"a\":1}\n\n");
        gateway.chat(body);
        replica.streaming(": ping\n\n", "data: {\"a\":1}\n\n", "data: [DONE]\n\n");
        assertThat(gateway.chat(body).headers().firstValue("x-rivulet-cache"))
                .as("the first one had no end")
                .hasValue("miss");

        HttpResponse<String> replayed = gateway.chat(body);
        assertThat(replayed.headers().firstValue("x-rivulet-cache")).hasValue("hit");
        assertThat(replayed.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        assertThat(replayed.body()).startsWith("data: {\"a\":1}\n\n").endsWith("data: [DONE]\n\n");
        assertThat(replica.received).hasSize(2);
    }

    @Test
    void errorsAndLargeAnswersAreNotKept() throws Exception {
        String body = zero(question());
        replica.json(503, "{\"error\":{\"message\":\"x\",\"type\":\"t\",\"param\":null,\"code\":\"c\"}}");
        gateway.chat(body);
        replica.json(200, "{\"long\":\"" + "x".repeat(30_000) + "\"}");
        gateway.chat(body);

        assertThat(gateway.chat(body).headers().firstValue("x-rivulet-cache")).hasValue("miss");
    }

    @Test
    void byLeaveAQuestionThatMeansTheSameIsAnsweredToItsOwnKeyAlone() throws Exception {
        embedding();
        assertThat(alike("Turn the light on", GatewayFixture.KEY)).isEqualTo("{\"answer\":1}");
        assertThat(alike("Light on please", GatewayFixture.KEY))
                .as("the same meaning")
                .isEqualTo("{\"answer\":1}");
        assertThat(alike("What is for lunch?", GatewayFixture.KEY)).isEqualTo("{\"answer\":2}");
        assertThat(alike("Light on please", OTHER_KEY)).as("another key").isEqualTo("{\"answer\":3}");
    }

    @Test
    void withoutEmbeddingsTheQuestionIsAskedAsIfNothingWasKept() throws Exception {
        String body = "{\"model\":\"alike\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question() + "\"}]}";
        replica.answering((request, response) -> request.uri().endsWith("embeddings")
                ? response.status(500).send()
                : response.header("content-type", "application/json")
                        .sendString(Mono.just("{\"answer\":" + answers.incrementAndGet() + "}")));

        assertThat(gateway.chat(body).body()).isEqualTo("{\"answer\":1}");
        assertThat(gateway.chat(body).body()).isEqualTo("{\"answer\":2}");
    }

    /** Questions about light have one vector, all others another. */
    private void embedding() {
        replica.answeringEach((received, response) -> {
            String asked = new String(received.body(), StandardCharsets.UTF_8);
            String answer = received.path().endsWith("embeddings")
                    ? "{\"data\":[{\"embedding\":" + (asked.contains("ight") ? "[3,0.1]" : "[0,2]") + "}]}"
                    : "{\"answer\":" + answers.incrementAndGet() + "}";
            return response.header("content-type", "application/json").sendString(Mono.just(answer));
        });
    }

    private String alike(String question, String key) throws Exception {
        return as(key, "{\"model\":\"alike\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}")
                .body();
    }

    private HttpResponse<String> as(String key, String body) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                .header("authorization", "Bearer " + key)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private void serve(String version) {
        gateway.join(replica.serving(version, "m", "alike", "vectors"));
    }

    private static String zero(String question) {
        return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question
                + "\"}],\"temperature\":0}";
    }

    /** One that no other test has asked. */
    private static String question() {
        return "question " + QUESTIONS.incrementAndGet();
    }
}
