// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference;

import static dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_CANARY;
import static dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_HOLDING;
import static dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_PREPARING;
import static dev.rivulet.events.model.v1.RolloutState.ROLLOUT_STATE_PROMOTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;

/** A new version of the built-in assistant takes over on the engine of the class path while requests go on and on. */
class HotSwapIT {

    private static final Path ARTEFACT = Path.of("..", "models", "artefacts", "rivulet-assistant");
    private static final String MODEL = "rivulet-assistant";
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final int CALLERS = 3;

    @TempDir
    private static Path cache;

    @Test
    void noRequestFailsWhileAVersionIsLoadedTriedAndPromoted() throws Exception {
        List<String> answers = new CopyOnWriteArrayList<>();
        try (KafkaBroker broker = new KafkaBroker();
                RegistryStub registry = new RegistryStub();
                Replica replica = Replica.start(
                        "spring.kafka.bootstrap-servers=" + broker.address(),
                        "rivulet.models.cache=" + cache,
                        "rivulet.models.slots=4")) {
            says(broker, registry, 1, "1");
            await().atMost(PATIENCE).until(() -> replica.models().find(MODEL).isPresent());
            AtomicBoolean over = new AtomicBoolean();
            List<Thread> callers = IntStream.range(0, CALLERS)
                    .mapToObj(number -> Thread.ofVirtual().start(() -> {
                        while (!over.get()) {
                            answers.add(ask(replica));
                        }
                    }))
                    .toList();
            try {
                broker.send(ModelEvents.rollout(MODEL, 1, ROLLOUT_STATE_PREPARING));
                await().atMost(PATIENCE)
                        .until(() -> replica.models().find(MODEL, "2").isPresent());
                broker.send(ModelEvents.rollout(MODEL, 2, ROLLOUT_STATE_CANARY));
                broker.send(ModelEvents.rollout(MODEL, 3, ROLLOUT_STATE_HOLDING));
                says(broker, registry, 4, "2");
                await().atMost(PATIENCE).until(() -> answers.contains("200 2"));
                broker.send(ModelEvents.rollout(MODEL, 4, ROLLOUT_STATE_PROMOTED));
                await().atMost(PATIENCE)
                        .until(() -> replica.models().find(MODEL, "1").isEmpty());
                int before = answers.size();
                await().atMost(PATIENCE).until(() -> answers.size() > before + 2 * CALLERS);
            } finally {
                over.set(true);
                for (Thread caller : callers) {
                    caller.join(PATIENCE);
                }
            }
        }
        assertThat(answers).contains("200 1", "200 2").allMatch(answer -> answer.startsWith("200 "));
    }

    private static void says(KafkaBroker broker, RegistryStub registry, long revision, String champion)
            throws Exception {
        Map<String, byte[]> files = ModelEvents.files(ARTEFACT);
        broker.send(ModelEvents.changed(
                registry, MODEL, "text-generation", revision, champion, Map.of("1", files, "2", files)));
    }

    /** The status and the version that answered. */
    private static String ask(Replica replica) {
        var answer = replica.client()
                .mutate()
                .responseTimeout(PATIENCE)
                .build()
                .post()
                .uri("/v1/chat/completions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"model\":\"" + MODEL + "\",\"temperature\":0,\"max_tokens\":8,"
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"turn on the light\"}]}")
                .exchange()
                .expectBody()
                .returnResult();
        return answer.getStatus().value() + " " + answer.getResponseHeaders().getFirst("x-rivulet-model-version");
    }
}
