// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.ModelState;
import dev.rivulet.events.inference.v1.ShadowOutcome;
import dev.rivulet.events.model.v1.RolloutChanged;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** Rollouts that go by themselves, by what replicas tell on real topics. */
@WholeRegistry
class RolloutsOverKafkaIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration EACH = Duration.ofMillis(300);

    @LocalServerPort
    private int port;

    @Autowired
    private Broker broker;

    private Client client;

    @BeforeEach
    void connect() {
        client = new Client(port);
    }

    @Test
    void aVersionThatIsNoWorseIsPromotedWithTheNumbersOfEachStep() {
        String path = start("good", 90);
        try (SyntheticReplica replica = new SyntheticReplica(broker.address(), "good")) {
            awaitState(path, "promoted", () -> replica.tell(0, 1));
        }
        JsonNode timeline = client.get(path).body().path("timeline");
        assertThat(timeline.values().stream().map(entry -> entry.path("event").asString()))
                .containsExactly("started", "prepared", "advanced", "advanced", "promoted");
        JsonNode step = timeline.get(2).path("decision");
        assertThat(step.path("by").asString()).isEqualTo("registry");
        assertThat(step.path("evidence").path("candidate_requests").asLong()).isGreaterThanOrEqualTo(50);
        assertThat(step.path("evidence").path("measures").get(2).path("metric").asString())
                .isEqualTo("ttft_p99");
        assertThat(step.path("evidence")
                        .path("measures")
                        .get(2)
                        .path("candidate")
                        .asDouble())
                .isBetween(0.1, 1.0);
        assertThat(champion("good")).isEqualTo("2");
        assertThat(new String(client.get("/actuator/prometheus").response().body(), UTF_8))
                .contains("rivulet_registry_rollouts_events_total", "rivulet_registry_rollouts_decision_seconds_count");
    }

    @ParameterizedTest
    @CsvSource({"slower, 0, 1.8, ttft_p99", "failing, 0.15, 1, error_rate"})
    void aWorseVersionIsRolledBackByItselfAndTheReasonIsTold(
            String model, double errors, double slower, String metric) {
        String path = start(model, 90);
        try (SyntheticReplica replica = new SyntheticReplica(broker.address(), model)) {
            awaitState(path, "rolled_back", () -> replica.tell(errors, slower));
        }
        assertThat(client.get(path).body().path("reason").asString()).startsWith(metric);
        assertThat(client.get(path).body().path("percent").asInt()).isZero();
        assertThat(champion(model)).isEqualTo("1");
    }

    @Test
    void aVersionOfWhichCallersThinkWorseIsRolledBackByItself() {
        String path = start("disliked", 90, "\"feedback_required\":true");
        try (SyntheticReplica replica = new SyntheticReplica(broker.address(), "disliked")) {
            awaitState(path, "rolled_back", () -> {
                replica.tell(0, 1);
                replica.judge("1", 30, 1);
                replica.judge("2", 30, 16);
            });
        }
        assertThat(client.get(path).body().path("reason").asString()).startsWith("feedback_score");
        assertThat(champion("disliked")).isEqualTo("1");
    }

    @Test
    void aVersionThatAnswersMirroredRequestsAlikeBeginsToServeAndIsPromoted() {
        String path = start("alike", 90, "\"shadow_seconds\":1,\"min_compared\":20");
        try (SyntheticReplica replica = new SyntheticReplica(broker.address(), "alike")) {
            awaitState(path, "promoted", () -> {
                replica.tell(0, 1);
                replica.mirror(20, ShadowOutcome.SHADOW_OUTCOME_EQUAL);
                replica.mirror(40, ShadowOutcome.SHADOW_OUTCOME_SAMPLED);
            });
        }
        JsonNode timeline = client.get(path).body().path("timeline");
        assertThat(timeline.values().stream().map(entry -> entry.path("event").asString()))
                .containsExactly("started", "shadow_started", "advanced", "advanced", "advanced", "promoted");
        JsonNode measures = timeline.get(2).path("decision").path("evidence").path("measures");
        assertThat(measures.values().stream()
                        .map(measure -> measure.path("metric").asString()))
                .containsExactly("error_rate", "itl_p99", "answer_agreement");
        assertThat(measures.get(2).path("candidate").asDouble()).isOne();
    }

    @Test
    void aVersionThatAnswersMirroredRequestsOtherwiseNeverServesAnybody() {
        String path = start("otherwise", 90, "\"shadow_seconds\":1,\"min_compared\":20");
        try (SyntheticReplica replica = new SyntheticReplica(broker.address(), "otherwise")) {
            awaitState(path, "rolled_back", () -> {
                replica.tell(0, 1);
                replica.mirror(20, ShadowOutcome.SHADOW_OUTCOME_DIFFERENT);
            });
        }
        assertThat(client.get(path).body().path("reason").asString()).startsWith("answer_agreement");
        assertThat(client.get(path).body().path("timeline").values().stream()
                        .map(entry -> entry.path("percent").asInt()))
                .containsOnly(0);
    }

    @Test
    void aVersionThatFailsToLoadIsRolledBackWithTheReplicasProblem() {
        String path = start("broken", 90);
        try (SyntheticReplica replica = new SyntheticReplica(broker.address(), "broken")) {
            awaitState(path, "rolled_back", () -> replica.report(ModelState.MODEL_STATE_FAILED, "digest differs"));
        }
        assertThat(client.get(path).body().path("reason").asString()).contains("digest differs");
        assertThat(client.get(path)
                        .body()
                        .path("timeline")
                        .get(1)
                        .path("decision")
                        .path("fleet")
                        .path("problems")
                        .size())
                .isOne();
    }

    @Test
    void withoutTrafficItIsPausedAndRollingBackWorksWhileKafkaIsAway() {
        String path = start("quiet", 5);
        try (SyntheticReplica replica = new SyntheticReplica(broker.address(), "quiet")) {
            awaitState(path, "paused", () -> replica.report(ModelState.MODEL_STATE_READY, ""));
        }
        assertThat(client.get(path).body().path("reason").asString()).startsWith("inconclusive");
        assertThat(client.get(path).body().path("percent").asInt()).isEqualTo(10);

        broker.stop();
        try {
            assertThat(client.post(path + "/abort", "{}").status()).isEqualTo(200);
            assertThat(client.get("/actuator/health/readiness").status()).isEqualTo(200);
        } finally {
            broker.start();
        }
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(
                                Records.of(broker.address(), EventType.ROLLOUT_CHANGED, "quiet").stream()
                                        .map(event -> event.data())
                                        .map(RolloutChanged::getState)
                                        .map(Enum::name))
                        .endsWith("ROLLOUT_STATE_ABORTED"));
    }

    private void awaitState(String path, String state, Runnable meanwhile) {
        await().atMost(PATIENCE).pollInterval(EACH).untilAsserted(() -> {
            meanwhile.run();
            assertThat(client.get(path).body().path("state").asString()).isEqualTo(state);
        });
    }

    private String start(String model, int patience, String... more) {
        client.create(model);
        client.register(model, "1");
        client.register(model, "2");
        client.alias(model, "champion", "1");
        return client.post(
                        "/api/rollouts",
                        "{\"model\":\"" + model + "\",\"candidate\":\"2\",\"steps\":[10,50,100],\"step_seconds\":1,"
                                + "\"hold_seconds\":1,\"patience_seconds\":" + patience
                                + ",\"min_samples\":50,\"max_error_rate\":0.5"
                                + Stream.of(more).map(each -> "," + each).collect(joining()) + "}")
                .header("location");
    }

    private String champion(String model) {
        return client.get("/api/models/" + model)
                .body()
                .path("aliases")
                .path("champion")
                .asString();
    }
}
