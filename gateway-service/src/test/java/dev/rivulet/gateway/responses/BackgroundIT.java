// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.Wire;
import dev.rivulet.gateway.jobs.FakeJobReplica;
import dev.rivulet.gateway.jobs.JobsOnKafka;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Responses in the background on a real broker, with a replica whose answers a test decides. */
class BackgroundIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PATH = "/v1/responses";
    private static final String ASKED = """
            {"model":"m","input":"hi","instructions":"Be brief.","background":true,"metadata":{"room":"Aurora"}%s}""";
    private static final String BEGIN = Chunks.ROLE + Chunks.text("Good ");
    private static final String REST = Chunks.text("day") + Chunks.end("stop") + Chunks.USAGE + Chunks.DONE;

    private static JobsOnKafka kafka;
    private static FakeJobReplica replica;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        kafka = new JobsOnKafka("rivulet.responses.ping=200ms");
        replica = kafka.replica();
        gateway = kafka.gateway();
    }

    @AfterAll
    static void stop() throws Exception {
        kafka.close();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static String asked(String more) throws Exception {
        JsonNode response = json(gateway.post(PATH, ASKED.formatted(more)));
        assertThat(response.path("status").asString()).isEqualTo("queued");
        return PATH + "/" + response.path("id").asString();
    }

    private static void completes(String job) {
        replica.ends(job, JobOutcome.JOB_OUTCOME_COMPLETED, 200, "text/event-stream", BEGIN + REST);
    }

    private static JsonNode awaited(String one, String status) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(json(gateway.get(one)).path("status").asString())
                                .isEqualTo(status));
        try {
            return json(gateway.get(one));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> asOther(String path, String method) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.url(path))
                .header("authorization", "Bearer " + JobsOnKafka.OTHER_KEY)
                .method(method, HttpRequest.BodyPublishers.noBody()));
    }

    private static HttpResponse<String> delete(String path) throws Exception {
        return gateway.send(HttpRequest.newBuilder(gateway.url(path))
                .header("authorization", "Bearer " + GatewayFixture.KEY)
                .DELETE());
    }

    private static List<String> events(String body) {
        return body.lines().filter(line -> line.startsWith("data: ")).toList();
    }

    @Test
    void itIsAnsweredWithoutItsCallerAndFollowedAlsoAfterARestart() throws Exception {
        replica.answering((one, request) -> one.begins(request.getJob()));
        String one = asked("");
        awaited(one, "in_progress");
        HttpResponse<String> early = gateway.post(PATH, """
                {"model":"m","input":"and?","previous_response_id":"%s"}""".formatted(one.substring(PATH.length() + 1)));
        completes(replica.requests.getLast().getJob());
        JsonNode response = awaited(one, "completed");
        gateway.close();
        gateway = kafka.startedAnew();

        assertThat(early.statusCode()).isEqualTo(400);
        assertThat(early.body()).contains("previous_response_id");
        assertThat(response.at("/output/0/content/0/text").asString()).isEqualTo("Good day");
        assertThat(response.at("/metadata/room").asString()).isEqualTo("Aurora");
        assertThat(response.path("instructions").asString()).isEqualTo("Be brief.");
        assertThat(response.at("/usage/total_tokens").asInt()).isEqualTo(13);
        assertThat(json(gateway.get(one))).isEqualTo(response);
        assertThat(json(gateway.get(one + "/input_items"))
                        .at("/data/0/content/0/text")
                        .asString())
                .isEqualTo("hi");
        kafka.stub().json(200, Chunks.whole("\"content\":\"Bye\",\"refusal\":null", "stop"));
        json(gateway.post(PATH, """
                {"model":"m","input":"and?","previous_response_id":"%s"}""".formatted(response.path("id").asString())));
        assertThat(JSON.readTree(kafka.stub().received.getLast().body()).path("messages"))
                .isEqualTo(JSON.readTree("""
                [{"role":"user","content":"hi"},{"role":"assistant","content":"Good day"},{"role":"user","content":"and?"}]"""));
        assertThat(asOther(one, "GET").statusCode()).isEqualTo(404);
        assertThat(asOther(one + "/cancel", "POST").statusCode()).isEqualTo(404);
        assertThat(asOther(one, "DELETE").statusCode()).isEqualTo(404);
    }

    @Test
    void aDroppedStreamIsReadOnFromAnyEventAlsoOnAGatewayThatStartedAnew() throws Exception {
        replica.answering((one, request) -> {
            one.begins(request.getJob());
            one.progress(request.getJob(), 1, BEGIN);
        });
        String seen;
        try (Wire wire = new Wire(gateway.port())) {
            seen = wire.post(PATH, GatewayFixture.KEY, ASKED.formatted(",\"stream\":true"))
                    .readUntil("\"delta\":\"Good \"");
        }
        String job = replica.requests.getLast().getJob();
        gateway.close();
        replica.progress(job, 2, REST);
        completes(job);
        gateway = kafka.startedAnew();
        String one = PATH + "/" + job;
        awaited(one, "completed");

        String all = gateway.get(one + "?stream=true").body();
        String rest = gateway.get(one + "?stream=true&starting_after=6").body();

        assertThat(seen).contains("response.queued");
        assertThat(events(all)).startsWith(events(seen).subList(0, 5).toArray(String[]::new));
        assertThat(events(rest)).isEqualTo(events(all).subList(7, events(all).size()));
        assertThat(events(all).getLast()).contains("\"type\":\"response.completed\"");
        assertThat(gateway.get(one + "?stream=true&starting_after=-1").statusCode())
                .isEqualTo(400);
    }

    @Test
    void whoReadsAlongIsToldUntilTheEnd() throws Exception {
        replica.answering((one, request) -> {
            one.begins(request.getJob());
            one.progress(request.getJob(), 1, BEGIN);
            one.progress(request.getJob(), 2, REST);
            completes(request.getJob());
        });

        HttpResponse<String> whole =
                gateway.post(PATH, ASKED.formatted(",\"stream\":true"), "x-rivulet-resumable", "true");

        assertThat(replica.requests.getLast().getJob()).startsWith("resp_");
        List<String> events = events(whole.body());
        assertThat(events.getFirst()).contains("\"type\":\"response.created\"").contains("\"status\":\"queued\"");
        assertThat(events.getLast()).contains("\"type\":\"response.completed\"").contains("Good day");
    }

    @Test
    void oneThatIsCancelledEndsSoForItsReadersToo() throws Exception {
        replica.answering((one, request) -> one.begins(request.getJob()));
        String one = asked("");
        awaited(one, "in_progress");
        String job = replica.requests.getLast().getJob();
        try (Wire wire = new Wire(gateway.port())) {
            wire.send("GET " + one + "?stream=true HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + GatewayFixture.KEY + "\r\n\r\n")
                    .readUntil("response.queued");
            replica.ends(
                    job,
                    JobOutcome.JOB_OUTCOME_CANCELLED,
                    0,
                    "application/json",
                    "{\"error\":{\"message\":\"The job was cancelled.\",\"type\":\"x\",\"param\":null,\"code\":\"conflict\"}}");

            JsonNode cancelled = json(gateway.post(one + "/cancel", ""));

            assertThat(cancelled.path("status").asString()).isEqualTo("cancelled");
            assertThat(wire.readUntil("\"status\":\"cancelled\"")).contains("response.incomplete");
        }
        assertThat(json(gateway.post(one + "/cancel", "")).path("status").asString())
                .isEqualTo("cancelled");
    }

    @Test
    void oneThatFailsSaysWhy() throws Exception {
        replica.answering(
                (one, request) -> one.ends(
                        request.getJob(),
                        JobOutcome.JOB_OUTCOME_FAILED,
                        400,
                        "application/json",
                        "{\"error\":{\"message\":\"Too long.\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"context_length_exceeded\"}}"));

        JsonNode failed = awaited(asked(""), "failed");

        assertThat(failed.path("error")).isEqualTo(JSON.readTree("""
                {"code":"invalid_prompt","message":"Too long."}"""));
    }

    @Test
    void oneThatIsForgottenStaysSoAfterARestart() throws Exception {
        replica.answering((one, request) -> completes(request.getJob()));
        String one = asked("");
        awaited(one, "completed");

        assertThat(json(delete(one)).path("deleted").asBoolean()).isTrue();
        assertThat(gateway.get(one).statusCode()).isEqualTo(404);
        gateway.close();
        gateway = kafka.startedAnew();
        assertThat(gateway.get(one).statusCode()).isEqualTo(404);
        assertThat(delete(one).statusCode()).isEqualTo(404);
    }

    @Test
    void oneWhoseItemsDoNotFitIntoAJobIsRefused() throws Exception {
        HttpResponse<String> large =
                gateway.post(PATH, ASKED.formatted("").replace("\"hi\"", "\"" + "x".repeat(500_000) + "\""));

        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(gateway.post(PATH, ASKED.formatted(",\"store\":false")).statusCode())
                .isEqualTo(400);
    }
}
