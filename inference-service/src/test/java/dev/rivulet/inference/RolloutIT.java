// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import static dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_CANARY;
import static dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_HOLDING;
import static dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_PREPARING;
import static dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_PROMOTED;
import static dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_ROLLED_BACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.inference.completion.WantedVersion;
import dev.rivulet.inference.models.Deployment;
import dev.rivulet.inference.models.ModelDeployments;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

/** Two versions of a model side by side, from what the registry says to answers, with an engine that loads fakes. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RolloutIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final FileEngine ENGINE = new FileEngine();

    @TempDir
    private static Path cache;

    private static KafkaBroker broker;
    private static RegistryStub registry;
    private static Replica replica;

    @BeforeAll
    static void start() throws IOException {
        broker = new KafkaBroker();
        registry = new RegistryStub();
        replica = replica(ENGINE);
    }

    private static Replica replica(FileEngine engine) {
        return Replica.startWith(
                () -> engine,
                "spring.kafka.bootstrap-servers=" + broker.address(),
                "rivulet.models.cache=" + cache,
                "rivulet.models.retry-least=200ms");
    }

    @AfterAll
    static void stop() {
        replica.close();
        registry.close();
        broker.close();
    }

    @Test
    void aCandidateServesThoseWhoNameItAndTakesOverWithoutBeingLoadedAgain() {
        says("alpha", 1, "1");
        broker.send(ModelEvents.rollout("alpha", 1, ROLLOUT_STATE_PREPARING));
        awaitVersion("alpha", "2");
        assertThat(answered("alpha", null)).isEqualTo("1");
        assertThat(answered("alpha", "1")).isEqualTo("1");
        assertThat(answered("alpha", "2")).isEqualTo("2");
        replica.client()
                .get()
                .uri("/internal/replica")
                .exchange()
                .expectBody()
                .jsonPath("$.models[?(@.model=='alpha' && @.state=='READY')].version")
                .value(versions -> assertThat(versions).hasToString("[\"1\",\"2\"]"));
        replica.client()
                .get()
                .uri("/v1/models")
                .exchange()
                .expectBody()
                .jsonPath("$.data[?(@.id=='alpha')].version")
                .value(versions -> assertThat(versions).hasToString("[\"1\"]"));

        broker.send(ModelEvents.rollout("alpha", 2, ROLLOUT_STATE_HOLDING));
        says("alpha", 3, "2");
        await().atMost(PATIENCE).until(() -> answered("alpha", null).equals("2"));
        assertThat(answered("alpha", "1")).as("the version before stays warm").isEqualTo("1");

        broker.send(ModelEvents.rollout("alpha", 3, ROLLOUT_STATE_PROMOTED));
        awaitGone("alpha", "1");
        assertThat(answered("alpha", null)).isEqualTo("2");
        assertThat(ENGINE.loaded.stream().filter(config -> config.contains("alpha")))
                .containsExactly("fake alpha 1", "fake alpha 2");
    }

    @Test
    void theWordThatItIsPromotedMayComeBeforeTheWordThatItIsTheChampion() {
        says("beta", 1, "1");
        broker.send(ModelEvents.rollout("beta", 1, ROLLOUT_STATE_CANARY));
        awaitVersion("beta", "2");
        broker.send(ModelEvents.rollout("beta", 2, ROLLOUT_STATE_PROMOTED));
        says("beta", 2, "2");
        await().atMost(PATIENCE).until(() -> answered("beta", null).equals("2"));
        awaitGone("beta", "1");
        assertThat(ENGINE.loaded.stream().filter(config -> config.contains("beta")))
                .containsExactly("fake beta 1", "fake beta 2");
    }

    @Test
    void aCandidateThatIsRolledBackEndsItsRequestsAndThenLeaves() {
        broker.send(
                ModelEvents.texts(registry, "gamma", 1, "1", Map.of("1", "fake gamma 1", "2", "fake gamma 2 gated")));
        broker.send(ModelEvents.rollout("gamma", 1, ROLLOUT_STATE_CANARY));
        awaitVersion("gamma", "2");
        ENGINE.shut();
        CompletableFuture<EntityExchangeResult<byte[]>> running;
        try {
            running = CompletableFuture.supplyAsync(() -> ask("gamma", "2"));
            await().atMost(PATIENCE).until(ENGINE::waits);
            broker.send(ModelEvents.rollout("gamma", 2, ROLLOUT_STATE_ROLLED_BACK));
            awaitGone("gamma", "2");
            assertThat(running).isNotDone();
            assertThat(answered("gamma", null)).isEqualTo("1");
        } finally {
            ENGINE.open();
        }
        assertThat(running.join().getStatus().value()).isEqualTo(200);
        assertThat(ask("gamma", "2").getStatus().value()).isEqualTo(404);
    }

    @Test
    void aCandidateThatDoesNotFitBesideItsBaselineFailsWithFiguresAndTheBaselineServesOn() {
        broker.send(
                ModelEvents.texts(registry, "delta", 1, "1", Map.of("1", "fake delta 1", "2", "fake delta 2 large")));
        broker.send(ModelEvents.rollout("delta", 1, ROLLOUT_STATE_PREPARING));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(deployment("delta", "2").problem()).matches("no room: [1-9]\\d+ bytes are taken"));
        assertThat(deployment("delta", "2").state()).isEqualTo(Deployment.State.FAILED);
        assertThat(answered("delta", null)).isEqualTo("1");
        assertThat(ask("delta", "2").getStatus().value()).isEqualTo(503);
    }

    @Test
    void aVersionThatNobodyWantsIsNotFoundAndOneThatTheRegistryLacksIsToldOf() {
        says("epsilon", 1, "1");
        await().atMost(PATIENCE).until(() -> ask("epsilon", null).getStatus().value() == 200);
        assertThat(ask("epsilon", "9").getStatus().value()).isEqualTo(404);
        assertThat(ask("epsilon", "../9").getStatus().value()).isEqualTo(400);
        broker.send(ModelEvents.texts(registry, "zeta", 1, "1", Map.of("1", "fake zeta 1")));
        broker.send(ModelEvents.rollout("zeta", 1, ROLLOUT_STATE_PREPARING));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(deployment("zeta", "2").problem()).contains("names no such version"));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aReplicaThatStartsAnewComesToTheSameStateWhicheverTopicItReadsFirst() {
        broker.send(ModelEvents.rollout("eta", 1, ROLLOUT_STATE_CANARY));
        says("eta", 1, "1");
        awaitVersion("eta", "2");
        replica.close();
        replica = replica(new FileEngine());
        awaitVersion("eta", "2");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(answered("eta", null)).isEqualTo("1"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(answered("alpha", null)).isEqualTo("2"));
        awaitGone("alpha", "1");
        awaitGone("gamma", "2");
    }

    /** Both versions are there from the start on. */
    private static void says(String model, long revision, String champion) {
        broker.send(ModelEvents.texts(
                registry, model, revision, champion, Map.of("1", "fake " + model + " 1", "2", "fake " + model + " 2")));
    }

    private static void awaitVersion(String model, String version) {
        await().atMost(PATIENCE)
                .until(() -> replica.models().find(model, version).isPresent());
    }

    private static void awaitGone(String model, String version) {
        await().atMost(PATIENCE)
                .until(() -> replica.models().find(model, version).isEmpty());
    }

    private static Deployment deployment(String model, String version) {
        return replica.bean(ModelDeployments.class)
                .pending(model, version)
                .orElseThrow(() -> new AssertionError(model + ":" + version + " is not on its way"));
    }

    /** The version that answered. */
    private static String answered(String model, @Nullable String version) {
        EntityExchangeResult<byte[]> answer = ask(model, version);
        assertThat(answer.getStatus().value()).isEqualTo(200);
        return String.valueOf(answer.getResponseHeaders().getFirst(WantedVersion.HEADER));
    }

    private static EntityExchangeResult<byte[]> ask(String model, @Nullable String version) {
        return replica.client()
                .mutate()
                .responseTimeout(PATIENCE)
                .build()
                .post()
                .uri("/v1/completions")
                .headers(headers -> {
                    if (version != null) {
                        headers.set(WantedVersion.HEADER, version);
                    }
                })
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"model\":\"" + model + "\",\"prompt\":\"x\",\"max_tokens\":3}")
                .exchange()
                .expectBody()
                .returnResult();
    }
}
