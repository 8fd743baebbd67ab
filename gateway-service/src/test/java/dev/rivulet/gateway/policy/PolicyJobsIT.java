// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import static dev.rivulet.gateway.policy.Chats.chunk;
import static dev.rivulet.gateway.policy.Chats.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.files.Uploads;
import dev.rivulet.gateway.jobs.FakeJobReplica;
import dev.rivulet.gateway.jobs.JobsOnKafka;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What goes over Kafka is filtered before it does, and what comes back before anybody is told, on a real broker. */
class PolicyJobsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CHAT = "{\"endpoint\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\",\"messages\":["
            + "{\"role\":\"user\",\"content\":\"%s\"}]}}";

    private static JobsOnKafka kafka;
    private static FakeJobReplica replica;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        kafka = new JobsOnKafka(
                "rivulet.policy.enabled=true",
                "rivulet.policy.keys[test]=asked",
                "rivulet.policy.filters[pii].pii=email",
                "rivulet.policy.filters[secrets].patterns[0]=secret plan",
                "rivulet.policy.policies[asked].input.pii=redact",
                "rivulet.policy.policies[asked].input.secrets=block",
                "rivulet.policy.policies[asked].output.pii=redact",
                "rivulet.policy.policies[asked].output.secrets=block",
                "rivulet.policy.filters[threats].classifier.model=kinds",
                "rivulet.policy.filters[threats].classifier.labels=threat",
                "rivulet.policy.policies[judged].output.threats=block",
                "rivulet.policy.keys[other]=judged");
        replica = kafka.replica();
        gateway = kafka.gateway();
    }

    @AfterAll
    static void stop() throws Exception {
        kafka.close();
    }

    @Test
    void aJobIsHandedOverRedactedAndTheSameOneIsKnownAgainAlsoByAGatewayThatStartedAnew() throws Exception {
        replica.answering((one, request) -> one.completes(request.getJob(), "{}"));
        String job = CHAT.formatted("I am ada@example.com");

        HttpResponse<String> first = gateway.post("/v1/jobs", job, "Idempotency-Key", "k1");
        assertThat(first.statusCode()).isEqualTo(202);
        await().atMost(PATIENCE).until(() -> !replica.requests.isEmpty());
        assertThat(replica.requests.getLast().getBody().toStringUtf8()).contains("I am [EMAIL]");
        assertThat(gateway.post("/v1/jobs", job, "Idempotency-Key", "k1").statusCode())
                .isEqualTo(200);
        assertThat(gateway.post("/v1/jobs", CHAT.formatted("else"), "Idempotency-Key", "k1")
                        .statusCode())
                .isEqualTo(409);

        gateway.close();
        gateway = kafka.startedAnew();
        assertThat(gateway.post("/v1/jobs", job, "Idempotency-Key", "k1").statusCode())
                .isEqualTo(200);
    }

    /** An answer whose address is split over tokens, and over the parts that readers are told of. */
    private static void answersWithAnAddress() {
        String first = chunk(0, "{\"role\":\"assistant\",\"content\":\"\"}", null)
                + content(0, "Ask a")
                + content(0, "da@exa");
        String second = content(0, "mple.com") + content(0, " now");
        String end = chunk(0, "{}", "stop") + "data: [DONE]\n\n";
        replica.answering((one, request) -> {
            one.begins(request.getJob());
            one.progress(request.getJob(), 1, first);
            one.progress(request.getJob(), 2, second);
            one.ends(
                    request.getJob(), JobOutcome.JOB_OUTCOME_COMPLETED, 200, "text/event-stream", first + second + end);
        });
    }

    private static double redacted() {
        return gateway.bean(MeterRegistry.class)
                .counter("rivulet.gateway.policy", "filter", "pii", "action", "redact", "direction", "output")
                .count();
    }

    @Test
    void everyReaderOfAStreamReadsTheSameFilteredOneWheneverAndWhereverHeComes() throws Exception {
        answersWithAnAddress();
        double before = redacted();

        HttpResponse<String> first =
                gateway.post(GatewayFixture.CHAT, GatewayFixture.STREAM, "x-rivulet-resumable", "true");
        String path =
                "/v1/streams/" + first.headers().firstValue("x-request-id").orElseThrow();
        String job = JSON.readTree(gateway.get("/v1/jobs?limit=1").body())
                .at("/data/0/id")
                .asString();
        String later = gateway.get(path).body();
        String events = gateway.get("/v1/jobs/" + job + "/events").body();

        assertThat(Chats.told(first.body(), 0, "content")).isEqualTo("Ask [EMAIL] now");
        assertThat(later).isEqualTo(first.body().replaceAll(": server-timing.*\n\n", ""));
        assertThat(events).contains("job.progress", "job.completed", "[EMAIL]").doesNotContain("da@", "mple.com");
        assertThat(redacted() - before).as("told once, however many read it").isEqualTo(1);
        gateway.close();
        gateway = kafka.startedAnew();
        assertThat(gateway.get(path).body()).isEqualTo(later);
        assertThat(gateway.get("/v1/jobs/" + job).body()).contains("[EMAIL]").doesNotContain("da@", "mple.com");
        assertThat(redacted()).as("told by the gateway that took it").isZero();
    }

    @Test
    void aResponseInTheBackgroundIsFilteredOnceForWhoStaysAndForWhoComesLater() throws Exception {
        answersWithAnAddress();
        double before = redacted();

        String asked = "{\"model\":\"m\",\"input\":\"hi\",\"background\":true,\"stream\":true}";
        String stream = gateway.post("/v1/responses", asked).body();
        String id = JSON.readTree(stream.lines()
                        .filter(line -> line.startsWith("data: "))
                        .findFirst()
                        .orElseThrow()
                        .substring(6))
                .at("/response/id")
                .asString();

        assertThat(stream).contains("response.completed", "[EMAIL]").doesNotContain("da@", "mple.com");
        assertThat(JSON.readTree(gateway.get("/v1/responses/" + id).body())
                        .at("/output/0/content/0/text")
                        .asString())
                .isEqualTo("Ask [EMAIL] now");
        assertThat(redacted() - before).isEqualTo(1);
    }

    @Test
    void theAnswerOfALineOfABatchEndsBeforeWhatIsBlocked() throws Exception {
        replica.answering((one, request) ->
                one.completes(request.getJob(), Chats.whole("For ada@example.com: the secret plan", "null")));
        String line = "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"" + GatewayFixture.CHAT + "\",\"body\":"
                + GatewayFixture.WHOLE + "}\n";
        String made = gateway.post(
                        "/v1/batches",
                        "{\"input_file_id\":\"" + Uploads.batchFile(gateway, line) + "\",\"endpoint\":\""
                                + GatewayFixture.CHAT + "\",\"completion_window\":\"24h\"}")
                .body();
        String path = "/v1/batches/" + JSON.readTree(made).path("id").asString();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                Uploads.json(gateway.get(path)).path("status").asString())
                        .isEqualTo("completed"));
        String file = Uploads.json(gateway.get(path)).path("output_file_id").asString();
        JsonNode answer = JSON.readTree(
                        gateway.get("/v1/files/" + file + "/content").body())
                .at("/response/body/choices/0");

        assertThat(answer.at("/message/content").asString()).isEqualTo("For [EMAIL]: the ");
        assertThat(answer.path("finish_reason").asString()).isEqualTo("content_filter");
    }

    @Test
    void anAnswerThatCanNotBeReadIsNotTold() throws Exception {
        replica.answering((one, request) -> one.completes(request.getJob(), "ada@example.com {"));
        String id = JSON.readTree(
                        gateway.post("/v1/jobs", CHAT.formatted("odd")).body())
                .path("id")
                .asString();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(gateway.get("/v1/jobs/" + id).body())
                        .contains("\"failed\"", "replica_lost")
                        .doesNotContain("ada@"));
    }

    @Test
    void whatIsBlockedIsNeverHandedOver() throws Exception {
        int before = replica.requests.size();

        HttpResponse<String> refused = gateway.post("/v1/jobs", CHAT.formatted("the secret plan"));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).at("/error/code").asString()).isEqualTo("content_policy_violation");
        assertThat(replica.requests).hasSize(before);
        assertThat(gateway.post(
                                GatewayFixture.CHAT,
                                GatewayFixture.STREAM.replace("hi", "the secret plan"),
                                "x-rivulet-resumable",
                                "true")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void whoseAnswersAreJudgedByAClassifierCanHandNothingOver() throws Exception {
        HttpResponse<String> other = gateway.send(HttpRequest.newBuilder(gateway.url("/v1/jobs"))
                .header("x-api-key", JobsOnKafka.OTHER_KEY)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(CHAT.formatted("hello"))));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(other.body()).at("/error/message").asString()).contains("judged by a classifier");
    }
}
