package dev.rivulet.gateway.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.jobs.FakeJobReplica;
import dev.rivulet.gateway.jobs.JobsOnKafka;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What goes over Kafka is filtered before it does, on a real broker. */
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
                "rivulet.policy.policies[both].output.pii=redact",
                "rivulet.policy.keys[other]=both");
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
    void whoseAnswersAreFilteredCanHandNothingOver() throws Exception {
        HttpResponse<String> other = gateway.send(HttpRequest.newBuilder(gateway.url("/v1/jobs"))
                .header("x-api-key", JobsOnKafka.OTHER_KEY)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(CHAT.formatted("hello"))));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(other.body()).at("/error/message").asString()).contains("filters answers");
    }
}
