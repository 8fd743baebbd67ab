// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.routing.Choice;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jobs as callers see them, on a real broker, with a replica whose answers a test decides. */
class JobsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CHAT =
            "{\"endpoint\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\",\"messages\":[]}}";

    private static JobsOnKafka kafka;
    private static StubReplica upstream;
    private static FakeJobReplica replica;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        upstream = StubReplica.start("elsewhere");
        kafka = new JobsOnKafka(
                "rivulet.jobs.ping=200ms",
                "rivulet.routing.upstreams[0].name=elsewhere",
                "rivulet.routing.upstreams[0].url=" + upstream.url() + "/v1",
                "rivulet.routing.upstreams[0].models[0].name=outside",
                "rivulet.routing.upstreams[0].models[0].as=big-1");
        replica = kafka.replica();
        gateway = kafka.gateway();
    }

    @AfterAll
    static void stop() throws Exception {
        kafka.close();
        upstream.close();
    }

    @Test
    void aJobIsAcceptedAnsweredAndFoundByItsKeyAlone() throws Exception {
        replica.answering((one, request) -> one.completes(request.getJob(), "{\"answer\":42}"));

        HttpResponse<String> accepted = gateway.post("/v1/jobs", CHAT);
        String id = JSON.readTree(accepted.body()).path("id").asString();

        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.headers().firstValue("location")).hasValue("/v1/jobs/" + id);
        JsonNode done = awaitStatus(id, "completed");
        assertThat(done.path("result").path("body").path("answer").asInt()).isEqualTo(42);
        assertThat(done.path("result").path("status_code").asInt()).isEqualTo(200);
        assertThat(done.path("error").isNull()).isTrue();
        HttpResponse<String> others = gateway.send(HttpRequest.newBuilder(gateway.url("/v1/jobs/" + id))
                .header("authorization", "Bearer " + JobsOnKafka.OTHER_KEY));
        assertThat(others.statusCode()).isEqualTo(404);
        HttpResponse<String> cancel = gateway.send(HttpRequest.newBuilder(gateway.url("/v1/jobs/" + id + "/cancel"))
                .header("authorization", "Bearer " + JobsOnKafka.OTHER_KEY)
                .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(cancel.statusCode()).isEqualTo(404);
    }

    @Test
    void theSameKeyAndRequestAreTheSameJobAndAnotherRequestIsRefused() throws Exception {
        replica.answering((one, request) -> one.completes(request.getJob(), "{}"));

        HttpResponse<String> first = submit(CHAT, "order-1");
        HttpResponse<String> again = submit(CHAT, "order-1");
        HttpResponse<String> other = submit(CHAT.replace("[]", "[1]"), "order-1");

        String id = JSON.readTree(first.body()).path("id").asString();
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(JSON.readTree(again.body()).path("id").asString()).isEqualTo(id);
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(other.body()).contains("already_exists").contains(id);
        awaitStatus(id, "completed");
        assertThat(replica.requests)
                .filteredOn(request -> request.getJob().equals(id))
                .hasSize(1);
    }

    @Test
    void requestsThatCanNeverRunAreRefusedAtTheDoor() throws Exception {
        await().atMost(PATIENCE).until(() -> gateway.routes().choose("outside", Set.of()) instanceof Choice.Chosen);
        assertThat(gateway.post("/v1/jobs", CHAT.replace("\"m\"", "\"nobody\"")).body())
                .contains("model_not_found");
        assertThat(gateway.post("/v1/jobs", CHAT.replace("\"m\"", "\"outside\""))
                        .body())
                .contains("invalid_value")
                .contains("Ask for it without a job.");
        assertThat(gateway.post("/v1/jobs", CHAT.replace("/chat/completions", "/files"))
                        .body())
                .contains("\"param\":\"endpoint\"");
        assertThat(gateway.post("/v1/jobs", "{\"endpoint\":\"/v1/completions\",\"body\":5}")
                        .body())
                .contains("\"param\":\"body\"");
        assertThat(gateway.post("/v1/jobs", CHAT.replace("}}", "},\"owner\":\"root\"}"))
                        .body())
                .contains("\"param\":\"owner\"");
        assertThat(gateway.post("/v1/jobs", "{\"endpoint\":1,\"endpoint\":2}").body())
                .contains("invalid_json");
        assertThat(gateway.post("/v1/jobs", "[".repeat(10_000)).body()).contains("invalid_json");
        assertThat(gateway.post("/v1/jobs", CHAT.replace("[]", "[\"" + "x".repeat(1_000_000) + "\"]"))
                        .statusCode())
                .isEqualTo(413);
        assertThat(gateway.get("/v1/jobs?limit=0").statusCode()).isEqualTo(400);
        assertThat(gateway.get("/v1/jobs/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void whoComesBackWithTheLastIdGetsTheRestOnceAlsoFromAGatewayThatStartedAnew() throws Exception {
        replica.answering((one, request) -> {
            one.begins(request.getJob());
            one.progress(request.getJob(), 1, "data: {\"n\":1}\n\n");
        });
        String id = id(gateway.post("/v1/jobs", CHAT));
        List<String> first = new ArrayList<>();
        try (InputStream stream = open(gateway, id, null)) {
            while (first.stream().noneMatch(line -> line.contains("\"n\":1"))) {
                first.add(line(stream));
            }
        }
        String last = first.stream()
                .filter(line -> line.startsWith("id: "))
                .toList()
                .getLast()
                .substring(4);
        replica.progress(id, 2, "data: {\"n\":2}\n\n");
        replica.ends(
                id,
                JobOutcome.JOB_OUTCOME_COMPLETED,
                200,
                "text/event-stream",
                "data: {\"n\":1}\n\ndata: {\"n\":2}\n\ndata: [DONE]\n\n");

        String rest = new String(open(gateway, id, last).readAllBytes(), StandardCharsets.UTF_8);
        String whole = new String(open(gateway, id, null).readAllBytes(), StandardCharsets.UTF_8);
        gateway.close();
        gateway = kafka.startedAnew();
        String afterwards = new String(open(gateway, id, null).readAllBytes(), StandardCharsets.UTF_8);
        String restAfterwards = new String(open(gateway, id, last).readAllBytes(), StandardCharsets.UTF_8);

        assertThat(names(String.join("\n", first))).containsExactly("job.queued", "job.running", "job.progress");
        assertThat(names(rest)).containsExactly("job.progress", "job.completed");
        assertThat(rest).contains("\"chunks\":[{\"n\":2}]").contains("id: end\n");
        assertThat(withoutPings(afterwards)).isEqualTo(withoutPings(whole));
        assertThat(withoutPings(restAfterwards)).isEqualTo(withoutPings(rest));
        HttpResponse<String> over =
                gateway.send(request(gateway, "/v1/jobs/" + id + "/events").header("last-event-id", "end"));
        assertThat(over.statusCode()).isEqualTo(204);
    }

    @Test
    void aWebSocketTellsTheSameAndIsClosedAtTheEnd() throws Exception {
        replica.answering((one, request) -> {
            one.begins(request.getJob());
            one.completes(request.getJob(), "{}");
        });
        String id = id(gateway.post("/v1/jobs", CHAT));
        List<String> messages = new CopyOnWriteArrayList<>();
        CompletableFuture<Integer> closed = new CompletableFuture<>();

        try (HttpClient http = HttpClient.newHttpClient()) {
            http.newWebSocketBuilder()
                    .header("authorization", "Bearer " + GatewayFixture.KEY)
                    .buildAsync(
                            java.net.URI.create("ws://127.0.0.1:" + gateway.port() + "/v1/jobs/" + id + "/ws"),
                            new Listening(messages, closed))
                    .get(60, TimeUnit.SECONDS);
            closed.get(60, TimeUnit.SECONDS);
        }

        assertThat(messages)
                .extracting(message -> JSON.readTree(message).path("event").asString())
                .containsExactly("job.queued", "job.running", "job.completed");
        assertThat(JSON.readTree(messages.getLast()).path("id").asString()).isEqualTo("end");
    }

    @Test
    void aJobIsCancelledAndEndsWhenItsReplicaSaysSo() throws Exception {
        replica.answering((one, request) -> one.begins(request.getJob()));
        String id = id(gateway.post("/v1/jobs", CHAT));
        awaitStatus(id, "running");

        HttpResponse<String> cancel = gateway.post("/v1/jobs/" + id + "/cancel", "");
        assertThat(JSON.readTree(cancel.body()).path("status").asString()).isEqualTo("cancelling");
        replica.ends(
                id, JobOutcome.JOB_OUTCOME_CANCELLED, 0, "application/json", "{\"error\":{\"code\":\"conflict\"}}");

        JsonNode job = awaitStatus(id, "cancelled");
        assertThat(job.path("result").isNull()).isTrue();
        assertThat(job.path("error").path("code").asString()).isEqualTo("conflict");
    }

    @Test
    void aListHasTheNewestFirstInPages() throws Exception {
        replica.answering((one, request) -> one.completes(request.getJob(), "{}"));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(id(gateway.post("/v1/jobs", CHAT)));
        }

        JsonNode page = JSON.readTree(gateway.get("/v1/jobs?limit=2").body());
        JsonNode next = JSON.readTree(
                gateway.get("/v1/jobs?limit=2&after=" + page.path("last_id").asString())
                        .body());

        assertThat(page.path("data").path(0).path("id").asString()).isEqualTo(ids.get(2));
        assertThat(page.path("data").path(1).path("id").asString()).isEqualTo(ids.get(1));
        assertThat(page.path("has_more").asBoolean()).isTrue();
        assertThat(next.path("data").path(0).path("id").asString()).isEqualTo(ids.get(0));
    }

    private record Listening(List<String> messages, CompletableFuture<Integer> closed) implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            messages.add(data.toString());
            socket.request(1);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    private static HttpResponse<String> submit(String body, String key) throws Exception {
        return gateway.send(request(gateway, "/v1/jobs")
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpRequest.Builder request(GatewayFixture at, String path) {
        return HttpRequest.newBuilder(at.url(path)).header("authorization", "Bearer " + GatewayFixture.KEY);
    }

    private static InputStream open(GatewayFixture at, String id, @org.jspecify.annotations.Nullable String lastId)
            throws Exception {
        HttpRequest.Builder request = request(at, "/v1/jobs/" + id + "/events");
        if (lastId != null) {
            request.header("last-event-id", lastId);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                .body();
    }

    private static String line(InputStream stream) throws Exception {
        StringBuilder line = new StringBuilder();
        for (int next = stream.read(); next != '\n'; next = stream.read()) {
            assertThat(next).as("the stream ended after " + line).isNotNegative();
            line.append((char) next);
        }
        return line.toString();
    }

    private static List<String> names(String events) {
        return events.lines()
                .filter(line -> line.startsWith("event: "))
                .map(line -> line.substring(7))
                .toList();
    }

    private static String withoutPings(String events) {
        return events.replace(": ping\n\n", "");
    }

    private static String id(HttpResponse<String> response) {
        return JSON.readTree(response.body()).path("id").asString();
    }

    private static JsonNode awaitStatus(String id, String status) {
        JsonNode[] job = new JsonNode[1];
        await("job " + id + " is " + status).atMost(PATIENCE).untilAsserted(() -> {
            job[0] = JSON.readTree(gateway.get("/v1/jobs/" + id).body());
            assertThat(job[0].path("status").asString()).isEqualTo(status);
        });
        return job[0];
    }
}
