// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.events.inference.v1.ModelState;
import dev.rivulet.events.inference.v1.ReplicaStatusReported;
import dev.rivulet.events.model.v1.ModelAlias;
import dev.rivulet.events.model.v1.ModelFile;
import dev.rivulet.events.model.v1.ModelVersion;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.StatusAssertions;

/** From an event to an answer: a real broker, blobs over HTTP, and an engine that loads fakes from files. */
class FollowingIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String STATUS =
            EventType.REPLICA_STATUS_REPORTED.topic().name();
    private static final String COMPLETIONS =
            EventType.COMPLETION_RECORDED.topic().name();

    @TempDir
    private static Path cache;

    private static KafkaBroker broker;
    private static RegistryStub registry;
    private static Replica replica;

    @BeforeAll
    static void start() throws IOException {
        broker = new KafkaBroker();
        registry = new RegistryStub();
        replica = Replica.startWith(
                FileEngine::new,
                "spring.kafka.bootstrap-servers=" + broker.address(),
                "rivulet.models.cache=" + cache,
                "rivulet.models.retry-least=200ms",
                "management.tracing.sampling.probability=1");
    }

    @AfterAll
    static void stop() {
        replica.close();
        registry.close();
        broker.close();
    }

    @Test
    void aChampionIsDownloadedServedAndReported() {
        publish("alpha", 1, "v1", Map.of("config.json", "fake 1", "sub/tokenizer.json", "{}"));
        awaitVersion("alpha", "v1");
        answer("alpha").expectStatus().isOk();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(statuses()).anySatisfy(status -> {
                    assertThat(status.getReplica()).isEqualTo("test");
                    assertThat(status.getModelsList()).anySatisfy(model -> {
                        assertThat(model.getModel()).isEqualTo("alpha");
                        assertThat(model.getState()).isEqualTo(ModelState.MODEL_STATE_READY);
                        assertThat(model.getSlots()).isEqualTo(16);
                    });
                }));
        List<Long> sequences =
                statuses().stream().map(ReplicaStatusReported::getSequence).toList();
        assertThat(sequences).isSorted().doesNotHaveDuplicates();
        replica.client()
                .get()
                .uri("/internal/replica")
                .exchange()
                .expectBody()
                .jsonPath("$.models[?(@.model=='alpha')].state")
                .isEqualTo("READY");
    }

    @Test
    void aNewChampionTakesOverAndAWithdrawnOneLeaves() {
        publish("beta", 1, "v1", Map.of("config.json", "fake b1"));
        awaitVersion("beta", "v1");
        publish("beta", 2, "v2", Map.of("config.json", "fake b2"));
        awaitVersion("beta", "v2");
        publish("beta", 1, "v1", Map.of("config.json", "fake b1"));
        publish("beta", 3, "none", Map.of());
        await().atMost(PATIENCE)
                .untilAsserted(() -> answer("beta").expectStatus().isNotFound());
    }

    @Test
    void aVersionThatIsRefusedIsReportedAndTheOneBeforeServesOn() {
        publish("gamma", 1, "v1", Map.of("config.json", "fake g1"));
        awaitVersion("gamma", "v1");
        publish("gamma", 2, "v2", Map.of("config.json", "pickle"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(statuses())
                        .anySatisfy(status -> assertThat(status.getModelsList()).anySatisfy(model -> {
                            assertThat(model.getVersion()).isEqualTo("v2");
                            assertThat(model.getState()).isEqualTo(ModelState.MODEL_STATE_FAILED);
                            assertThat(model.getProblem()).contains("must say fake");
                        })));
        answer("gamma").expectStatus().isOk();
    }

    @Test
    void aRegistryThatBreaksOffOrLiesIsAskedAgain() {
        registry.breakAfter(200_000);
        publish("delta", 1, "v1", Map.of("config.json", "fake delta " + "x".repeat(300_000)));
        awaitVersion("delta", "v1");
        assertThat(registry.ranges()).anyMatch(range -> range.matches("bytes=[1-9]\\d*-"));
        registry.lying(true);
        publish("epsilon", 1, "v1", Map.of("config.json", "fake epsilon"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> replica.client()
                        .post()
                        .uri("/v1/completions")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"model\":\"epsilon\",\"prompt\":\"x\"}")
                        .exchange()
                        .expectStatus()
                        .isEqualTo(503)
                        .expectBody()
                        .jsonPath("$.error.code")
                        .isEqualTo("model_loading"));
        registry.lying(false);
        awaitVersion("epsilon", "v1");
    }

    @Test
    void aRecordThatCanNotBeReadIsPassedOver() {
        broker.send(EventType.MODEL_VERSION_CHANGED.topic().name(), utf8("zeta"), utf8("not an event"));
        publish("zeta", 1, "v1", Map.of("config.json", "fake z"));
        awaitVersion("zeta", "v1");
    }

    @Test
    void aFinishedRequestIsRecordedWithItsTraceAndNoWordOfIt() {
        publish("eta", 1, "v1", Map.of("config.json", "fake e"));
        awaitVersion("eta", "v1");
        String trace = "0af7651916cd43dd8448eb211c80319c";
        completes("eta", "recorded-1", trace, "secret words").isOk();
        await().atMost(PATIENCE).untilAsserted(() -> {
            var record = recorded("recorded-1");
            Event<CompletionRecorded> event =
                    Event.read(EventType.COMPLETION_RECORDED, headers(record), record.value());
            assertThat(event.data().getCompletionTokens()).isBetween(1, 5);
            assertThat(event.data().getVersion()).isEqualTo("v1");
            assertThat(event.traceparent()).startsWith("00-" + trace + "-");
            assertThat(new String(record.value(), StandardCharsets.ISO_8859_1)).doesNotContain("secret");
        });
    }

    @Test
    void aRequestThatTheVersionMakesNoPromptOfIsRecordedAsItsRefusal() {
        publish("theta", 1, "v1", Map.of("config.json", "fake t"));
        awaitVersion("theta", "v1");
        completes("theta", "refused-1", "1bf7651916cd43dd8448eb211c80319c", "long ".repeat(100_000))
                .isBadRequest();
        await().atMost(PATIENCE).untilAsserted(() -> {
            var record = recorded("refused-1");
            CompletionRecorded told = Event.read(EventType.COMPLETION_RECORDED, headers(record), record.value())
                    .data();
            assertThat(told.getFinishReason()).isEqualTo("refusal");
            assertThat(told.getModel()).isEqualTo("theta");
            assertThat(told.getVersion()).isEqualTo("v1");
            assertThat(told.getCompletionTokens()).isZero();
        });
    }

    private static StatusAssertions completes(String model, String request, String trace, String prompt) {
        return replica.client()
                .post()
                .uri("/v1/completions")
                .header("x-request-id", request)
                .header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"model\":\"" + model + "\",\"prompt\":\"" + prompt + "\",\"max_tokens\":5}")
                .exchange()
                .expectStatus();
    }

    private static ConsumerRecord<byte[], byte[]> recorded(String request) {
        return broker.read(COMPLETIONS, Duration.ofSeconds(1)).stream()
                .filter(one -> new String(one.key(), StandardCharsets.UTF_8).equals(request))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not recorded yet"));
    }

    private static List<ReplicaStatusReported> statuses() {
        return broker.read(STATUS, Duration.ofMillis(800)).stream()
                .map(record -> Event.read(EventType.REPLICA_STATUS_REPORTED, headers(record), record.value())
                        .data())
                .toList();
    }

    private static Map<String, byte[]> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, byte[]> headers = new HashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), header.value()));
        return headers;
    }

    private static void awaitVersion(String model, String version) {
        await().atMost(PATIENCE)
                .until(() -> replica.models()
                        .find(model)
                        .filter(one -> one.version().version().equals(version))
                        .isPresent());
    }

    private static org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec answer(String model) {
        return replica.client()
                .post()
                .uri("/v1/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"model\":\"" + model + "\",\"prompt\":\"x\",\"max_tokens\":3}")
                .exchange();
    }

    private static void publish(String model, long revision, String champion, Map<String, String> files) {
        ModelVersion.Builder version = ModelVersion.newBuilder().setVersion(champion);
        files.forEach((path, content) -> version.addFiles(ModelFile.newBuilder()
                .setPath(path)
                .setSha256(registry.put(utf8(content)))
                .setSizeBytes(utf8(content).length)));
        ModelVersionChanged.Builder change = ModelVersionChanged.newBuilder()
                .setModel(model)
                .setRevision(revision)
                .setTask("text-generation")
                .setRegistryUrl(registry.url())
                .setChangedAt(Timestamp.getDefaultInstance());
        if (!files.isEmpty()) {
            change.addVersions(version)
                    .addAliases(ModelAlias.newBuilder().setAlias("champion").setVersion(champion));
        }
        broker.send(new Event<>(
                UUID.randomUUID().toString(),
                "/model-registry",
                EventType.MODEL_VERSION_CHANGED,
                model,
                Instant.now(),
                null,
                change.build()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
