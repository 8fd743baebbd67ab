// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.budget.Standing.Left;
import dev.rivulet.gateway.files.Uploads;
import dev.rivulet.gateway.identity.Caller;
import dev.rivulet.gateway.identity.Caller.Priority;
import dev.rivulet.gateway.identity.Limits;
import dev.rivulet.gateway.jobs.FakeJobReplica;
import dev.rivulet.gateway.jobs.JobEvent;
import dev.rivulet.gateway.jobs.Jobs;
import dev.rivulet.gateway.jobs.JobsOnKafka;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is answered later costs a key as much as what is answered at once. */
class LaterWorkIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Limits OF_JOBS = new Limits(0, 0, 10_000);
    private static final Limits OF_BATCHES = new Limits(0, 60_000, 0);
    private static final String BATCH_KEY = "rvk_batches";
    private static final String LEAVER_KEY = "rvk_leaver";
    private static final String CHAT = "{\"model\":\"m\",\"max_tokens\":1000,\"messages\":[]}";
    private static final String JOB = "{\"endpoint\":\"/v1/chat/completions\",\"body\":" + CHAT + "}";

    private static JobsOnKafka kafka;
    private static FakeJobReplica replica;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        kafka = new JobsOnKafka(
                "rivulet.batches.at-once=1",
                "rivulet.batches.retry=100ms",
                "rivulet.identity.keys[0].limits.tokens-per-day=" + OF_JOBS.tokensPerDay(),
                "rivulet.identity.keys[2].name=batches",
                "rivulet.identity.keys[2].sha256=" + GatewayFixture.sha256(BATCH_KEY),
                "rivulet.identity.keys[2].limits.tokens-per-minute=" + OF_BATCHES.tokensPerMinute(),
                "rivulet.identity.keys[3].name=leaver",
                "rivulet.identity.keys[3].sha256=" + GatewayFixture.sha256(LEAVER_KEY),
                "rivulet.identity.keys[3].limits.tokens-per-day=" + OF_JOBS.tokensPerDay());
        replica = kafka.replica();
        gateway = kafka.gateway();
    }

    @AfterAll
    static void stop() throws Exception {
        kafka.close();
    }

    @Test
    void jobsAndStreamsToComeBackToTakeWhatTheyUsedUntilNothingIsLeft() throws Exception {
        replica.answering((one, request) -> one.completes(request.getJob(), usage(4_000)));
        HttpResponse<String> first = gateway.post("/v1/jobs", JOB);
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(first.headers().firstValue("x-ratelimit-limit-tokens")).hasValue("10000");
        awaitLeft("test", 6_000);

        String events = "data: {\"choices\":[]," + usage(5_900).substring(1) + "\n\ndata: [DONE]\n\n";
        replica.answering((one, request) -> {
            one.begins(request.getJob());
            one.progress(request.getJob(), 1, events);
            one.ends(request.getJob(), JobOutcome.JOB_OUTCOME_COMPLETED, 200, "text/event-stream", events);
        });
        HttpResponse<String> stream = gateway.send(HttpRequest.newBuilder(gateway.url("/v1/chat/completions"))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .header("content-type", "application/json")
                .header("x-rivulet-resumable", "true")
                .POST(HttpRequest.BodyPublishers.ofString(CHAT.replace("{\"model\"", "{\"stream\":true,\"model\""))));
        assertThat(stream.body()).contains("[DONE]");
        awaitLeft("test", 100);

        HttpResponse<String> refused = gateway.post("/v1/jobs", JOB);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("rate_limit_exceeded");
        assertThat(refused.headers().firstValue("retry-after")).isPresent();
        assertThat(refused.headers().firstValue("x-should-retry")).hasValue("false");
        assertThat(gateway.chat(GatewayFixture.WHOLE.replace("{", "{\"max_tokens\":1000,"))
                        .statusCode())
                .isEqualTo(429);
    }

    @Test
    void whatWasToldIsChargedToWhoCancelsOrDeletesBeforeTheEnd() throws Exception {
        String told = "data: {\"choices\":[]}\n\n".repeat(1_003);
        replica.answering((one, request) -> {
            one.begins(request.getJob());
            one.progress(request.getJob(), 1, told);
        });
        HttpResponse<String> job =
                gateway.send(asLeaver("/v1/jobs", JOB.replace("{\"model\"", "{\"stream\":true,\"model\"")));
        String id = Uploads.json(job).path("id").asString();
        awaitTold(id);
        replica.ends(id, JobOutcome.JOB_OUTCOME_CANCELLED, 0, "application/json", "{}");
        awaitLeft("leaver", 8_975);

        HttpResponse<String> response =
                gateway.send(asLeaver("/v1/responses", "{\"model\":\"m\",\"input\":\"hi\",\"background\":true}"));
        String background = Uploads.json(response).path("id").asString();
        awaitTold(background);
        HttpResponse<String> deleted = gateway.send(HttpRequest.newBuilder(gateway.url("/v1/responses/" + background))
                .header("authorization", "Bearer " + LEAVER_KEY)
                .DELETE());
        assertThat(deleted.statusCode()).isEqualTo(200);
        awaitLeft("leaver", 7_945);
    }

    @Test
    void theLinesOfABatchWaitForTheirKeysBudget() throws Exception {
        List<Long> begun = new CopyOnWriteArrayList<>();
        replica.answering((one, request) -> {
            begun.add(System.nanoTime());
            one.completes(request.getJob(), usage(59_000));
        });
        String lines = line("a") + line("b");
        String file = Uploads.json(gateway.send(Uploads.form(gateway, BATCH_KEY, "batch", "requests.jsonl", lines)))
                .path("id")
                .asString();
        String id = Uploads.json(gateway.send(batches("")
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"input_file_id\":\"" + file
                                + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}"))))
                .path("id")
                .asString();

        await().atMost(Duration.ofMinutes(3))
                .until(() -> gateway.send(batches("/" + id)).body().contains("\"status\":\"completed\""));

        // 60,000 less 59,000, and 1,000 more a second: 10,000 for the second line take nine seconds.
        assertThat(begun).hasSize(2);
        assertThat(Duration.ofNanos(begun.get(1) - begun.get(0))).isGreaterThan(Duration.ofSeconds(5));
    }

    private static HttpRequest.Builder asLeaver(String path, String body) {
        return HttpRequest.newBuilder(gateway.url(path))
                .header("authorization", "Bearer " + LEAVER_KEY)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static void awaitTold(String job) {
        gateway.bean(Jobs.class)
                .events("leaver", job, null)
                .filter(event ->
                        event instanceof JobEvent.Part part && part.part().events().length > 0)
                .blockFirst(PATIENCE);
    }

    private static HttpRequest.Builder batches(String path) {
        return HttpRequest.newBuilder(gateway.url("/v1/batches" + path)).header("authorization", "Bearer " + BATCH_KEY);
    }

    private static String line(String id) {
        return "{\"custom_id\":\"" + id + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
                + CHAT.replace("1000", "10000") + "}\n";
    }

    private static String usage(int tokens) {
        return "{\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":10,\"total_tokens\":" + tokens + "}}";
    }

    private static void awaitLeft(String key, long tokens) {
        Caller caller = new Caller(key, Set.of(Caller.INFERENCE), Priority.NORMAL, OF_JOBS);
        await().atMost(PATIENCE).untilAsserted(() -> {
            Left left = Objects.requireNonNull(
                    gateway.bean(Budgets.class).standing(caller).tokens());
            // A day's budget flows back by one in nine seconds.
            assertThat(left.remaining()).isBetween(tokens, tokens + 20);
        });
    }
}
