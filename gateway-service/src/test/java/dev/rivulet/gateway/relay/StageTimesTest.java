// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The stages of a request add up to the time that it took, however it ends. A replica takes 400 ms, so that nothing is noise. */
class StageTimesTest {

    private static final Duration WORK = Duration.ofMillis(400);
    private static final double MOST_OF_IT = 0.95;
    private static final Pattern STAGE = Pattern.compile("([a-z]+);dur=([0-9.]+)");
    private static final String CHUNK =
            "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
                    + "\"delta\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":null}]}\n\n";
    private static final String LAST = CHUNK.replace("null}]", "\"stop\"}]");
    private static final String WHOLE =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
                    + "{\"role\":\"assistant\",\"content\":\"Hi\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";

    private static GatewayFixture gateway;
    private static StubReplica replica;

    private double durationBefore;
    private double stagesBefore;
    private long requestsBefore;

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.admission.concurrency=1", "rivulet.admission.max-wait=20s", "rivulet.caching.size=1MB");
        replica = StubReplica.start("replica");
        gateway.join(replica);
    }

    @AfterAll
    static void stop() {
        replica.close();
        gateway.close();
    }

    @BeforeEach
    void read() {
        durationBefore = total("rivulet.gateway.duration");
        stagesBefore = total("rivulet.gateway.stage");
        requestsBefore = requests();
    }

    @ParameterizedTest
    @CsvSource({"/v1/chat/completions, replica", "/v1/messages, replica"})
    void ofAWholeAnswer(String path, String longest) throws Exception {
        replica.answering((request, response) -> Mono.delay(WORK)
                .then(response.header("content-type", "application/json")
                        .sendString(Mono.just(WHOLE))
                        .then()));

        HttpResponse<String> answer = gateway.post(path, body(false));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Map<String, Double> stages = stages(header(answer));
        assertThat(stages).containsKeys("auth", "ingress", "admission", "route", longest);
        assertThat(sum(stages)).isGreaterThan(MOST_OF_IT * WORK.toMillis());
        theyAddUp(1);
    }

    @ParameterizedTest
    @CsvSource({"/v1/chat/completions", "/v1/messages"})
    void ofAStream(String path) throws Exception {
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(
                        Flux.just(CHUNK)
                                .concatWith(Mono.delay(WORK).thenReturn(LAST + "data: [DONE]\n\n"))
                                .map(StubReplica::utf8),
                        bytes -> true));

        HttpResponse<String> answer = gateway.post(path, body(true));

        String comment = answer.body()
                .lines()
                .filter(line -> line.startsWith(": server-timing-gateway "))
                .findFirst()
                .orElseThrow();
        Map<String, Double> stages = stages(comment);
        assertThat(stages).containsKeys("auth", "ingress", "admission", "route", "stream");
        assertThat(sum(stages)).isGreaterThan(MOST_OF_IT * WORK.toMillis());
        theyAddUp(1);
    }

    @Test
    void ofOneThatWaitedAndOfAnAnswerThatWasKnown() throws Exception {
        replica.answering((request, response) -> Mono.delay(WORK)
                .then(response.header("content-type", "application/json")
                        .sendString(Mono.just(WHOLE))
                        .then()));
        String keepable = body(false).replace("{\"model\"", "{\"temperature\":0,\"model\"");
        try (Wire first = new Wire(gateway.port())) {
            first.post(GatewayFixture.CHAT, GatewayFixture.KEY, keepable);
            await().until(() -> gateway.gate().running() == 1);
            HttpResponse<String> waited = gateway.chat(body(false));
            assertThat(stages(header(waited))).containsKey("admission");
            first.readUntil("total_tokens");
        }
        HttpResponse<String> known = gateway.chat(keepable);

        assertThat(known.headers().firstValue("x-rivulet-cache")).hasValue("hit");
        assertThat(stages(header(known))).containsKeys("route", "replica");
        theyAddUp(3);
    }

    @Test
    void ofFailuresAndOfWhatAsksNoModel() throws Exception {
        replica.answering((request, response) ->
                Mono.delay(WORK).then(response.status(500).send()));
        HttpResponse<String> failed = gateway.chat(body(false));
        assertThat(failed.statusCode()).isEqualTo(502);
        assertThat(stages(header(failed))).containsKeys("auth", "ingress", "admission", "route");
        assertThat(sum(stages(header(failed)))).isGreaterThan(MOST_OF_IT * WORK.toMillis());
        assertThat(stages(header(gateway.chat("{")))).containsOnlyKeys("auth", "ingress");
        assertThat(stages(header(gateway.get("/v1/models")))).containsOnlyKeys("auth", "serve");
        theyAddUp(3);
    }

    /** The gateway's own account: what it says that requests took, and what it says where the time went. */
    private void theyAddUp(int requests) {
        await().until(() -> requests() - requestsBefore == requests);
        double took = total("rivulet.gateway.duration") - durationBefore;
        double explained = total("rivulet.gateway.stage") - stagesBefore;
        assertThat(took).isGreaterThan(MOST_OF_IT * WORK.toMillis());
        assertThat(explained).isBetween(MOST_OF_IT * took, took / MOST_OF_IT);
    }

    private static String body(boolean stream) {
        return "{\"model\":\"m\",\"max_tokens\":5,\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    }

    private static String header(HttpResponse<String> answer) {
        return answer.headers().firstValue("server-timing").orElse("");
    }

    private static Map<String, Double> stages(String text) {
        Map<String, Double> stages = new HashMap<>();
        Matcher stage = STAGE.matcher(text);
        while (stage.find()) {
            stages.put(stage.group(1), Double.parseDouble(stage.group(2)));
        }
        return stages;
    }

    private static double sum(Map<String, Double> stages) {
        return stages.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static double total(String meter) {
        return gateway.bean(MeterRegistry.class).find(meter).timers().stream()
                .mapToDouble(timer -> timer.totalTime(TimeUnit.MILLISECONDS))
                .sum();
    }

    private static long requests() {
        return gateway.bean(MeterRegistry.class).find("rivulet.gateway.duration").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }
}
