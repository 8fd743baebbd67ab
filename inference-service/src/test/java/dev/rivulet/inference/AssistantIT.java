// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
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
        broker.send(ModelEvents.champion(registry, "rivulet-assistant", "text-generation", ARTEFACT));
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
}
