package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.Event;
import dev.rivulet.events.EventType;
import dev.rivulet.events.model.v1.ModelAlias;
import dev.rivulet.events.model.v1.ModelFile;
import dev.rivulet.events.model.v1.ModelVersion;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;

/** The built-in assistant on the engine of the class path, from an event to many answers at once. */
class AssistantIT {

    private static final Path ARTEFACT = Path.of("..", "models", "artefacts", "rivulet-assistant");

    @TempDir
    private static Path cache;

    private static KafkaBroker broker;
    private static RegistryStub registry;
    private static Replica replica;

    @BeforeAll
    static void start() throws IOException {
        broker = new KafkaBroker();
        registry = new RegistryStub();
        replica = Replica.start(
                "spring.kafka.bootstrap-servers=" + broker.address(),
                "rivulet.models.cache=" + cache,
                "rivulet.models.slots=8");
        broker.send(change());
        await().atMost(Duration.ofSeconds(120))
                .until(() -> replica.models().find("rivulet-assistant").isPresent());
    }

    @AfterAll
    static void stop() {
        replica.close();
        registry.close();
        broker.close();
    }

    @Test
    void itAnswersAndEndsByItself() {
        assertThat(ask("turn on the light in the kitchen")).isNotBlank();
    }

    @Test
    void manyAtOnceGetTheAnswersOfEachAlone() throws Exception {
        List<String> questions = IntStream.range(0, 24)
                .mapToObj(i -> "Set the temperature in room " + i + " to " + (18 + i % 8) + " degrees")
                .toList();
        List<String> alone = questions.stream().map(AssistantIT::ask).toList();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> calls = questions.stream()
                    .<Callable<String>>map(one -> () -> ask(one))
                    .toList();
            List<String> together = new java.util.ArrayList<>();
            for (Future<String> answer : pool.invokeAll(calls)) {
                together.add(answer.get());
            }
            assertThat(together).isEqualTo(alone);
        }
    }

    private static String ask(String question) {
        return String.valueOf(replica.client()
                        .post()
                        .uri("/v1/chat/completions")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"model\":\"rivulet-assistant\",\"temperature\":0,\"max_tokens\":60,"
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody())
                .replaceAll("(?s).*\"content\":\"((?:[^\"\\\\]|\\\\.)*)\".*", "$1");
    }

    private static Event<ModelVersionChanged> change() throws IOException {
        ModelVersion.Builder version = ModelVersion.newBuilder().setVersion("1");
        try (Stream<Path> files = Files.list(ARTEFACT)) {
            for (Path file : files.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                version.addFiles(ModelFile.newBuilder()
                        .setPath(file.getFileName().toString())
                        .setSha256(registry.put(bytes))
                        .setSizeBytes(bytes.length));
            }
        }
        ModelVersionChanged change = ModelVersionChanged.newBuilder()
                .setModel("rivulet-assistant")
                .setRevision(1)
                .setTask("text-generation")
                .setRegistryUrl(registry.url())
                .addVersions(version)
                .addAliases(ModelAlias.newBuilder().setAlias("champion").setVersion("1"))
                .build();
        return new Event<>(
                UUID.randomUUID().toString(),
                "/model-registry",
                EventType.MODEL_VERSION_CHANGED,
                "rivulet-assistant",
                Instant.now(),
                null,
                change);
    }
}
