package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** A version goes from the registry over replicas and gateway into its champion's place, while people chat with the model. */
@ExtendWith(OnPlatform.class)
class RolloutIT {

    private static final String FOLDER =
            Platform.repository().resolve("models/artefacts/" + Platform.MODEL).toString();
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int READERS = 4;

    /** What readers got while something went on. */
    private record Seen(Map<String, Integer> versions, List<String> failures) {}

    @Test
    void aVersionIsPromotedStepByStepAndNotOneRequestFails(Platform platform) {
        registers(platform, "steps");
        Seen seen = whileChatting(platform, "steps", () -> ends(platform, start(platform, "steps", 1), "promoted"));

        assertThat(seen.failures()).isEmpty();
        assertThat(seen.versions()).containsKeys("1", "2");
        assertThat(champion(platform, "steps")).isEqualTo("2");
    }

    @Test
    void aVersionThatIsAbortedLeavesItsChampionAndNotOneRequestFails(Platform platform) {
        registers(platform, "aborted");
        Seen seen = whileChatting(platform, "aborted", () -> {
            String id = start(platform, "aborted", 600);
            Awaitility.await("a share of the sessions")
                    .atMost(PATIENCE)
                    .until(() -> rollout(platform, id).path("percent").asInt() > 0);
            platform.run("rollout", "abort", "aborted", "--reason", "a test").succeeded();
            ends(platform, id, "aborted");
        });

        assertThat(seen.failures()).isEmpty();
        assertThat(champion(platform, "aborted")).isEqualTo("1");
        assertThat(version(chat(platform, "aborted", 0))).isEqualTo("1");
    }

    private static void registers(Platform platform, String model) {
        platform.run("models", "register", FOLDER, "--name", model, "--version-name", "1")
                .succeeded();
        platform.run("models", "register", FOLDER, "--name", model, "--version-name", "2", "--alias", "next")
                .succeeded();
        Awaitility.await(model + " answers")
                .atMost(PATIENCE)
                .until(() -> chat(platform, model, 0).statusCode() == 200);
    }

    /** Times are those of a busy machine: only failures and what is far slower count. */
    private static String start(Platform platform, String model, int stepSeconds) {
        HttpResponse<String> started = new Registration(platform)
                .ask(
                        "POST",
                        "/api/rollouts",
                        "{\"model\":\"" + model + "\",\"candidate\":\"2\",\"steps\":[50,100],\"step_seconds\":"
                                + stepSeconds + ","
                                + "\"hold_seconds\":1,\"patience_seconds\":900,\"min_samples\":10,\"max_latency_ratio\":100,"
                                + "\"max_ttft_seconds\":120,\"max_itl_seconds\":120}");
        assertThat(started.statusCode()).as(started.body()).isEqualTo(201);
        return Platform.JSON.readTree(started.body()).path("rollout").asString();
    }

    private static JsonNode rollout(Platform platform, String id) {
        return Platform.JSON.readTree(
                new Registration(platform).ask("GET", "/api/rollouts/" + id, "").body());
    }

    private static void ends(Platform platform, String id, String state) {
        Awaitility.await(state).atMost(PATIENCE).until(() -> {
            String now = rollout(platform, id).path("state").asString();
            assertThat(now).as(() -> rollout(platform, id).toString()).isNotEqualTo("rolled_back");
            return now.equals(state);
        });
    }

    private static String champion(Platform platform, String model) {
        return Platform.JSON
                .readTree(new Registration(platform)
                        .ask("GET", "/api/models/" + model, "")
                        .body())
                .path("aliases")
                .path("champion")
                .asString();
    }

    private static Seen whileChatting(Platform platform, String model, Runnable what) {
        Map<String, Integer> versions = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        try (var readers = Executors.newFixedThreadPool(READERS)) {
            List<CompletableFuture<Void>> reading = IntStream.range(0, READERS)
                    .mapToObj(reader -> CompletableFuture.runAsync(
                            () -> {
                                for (int i = 0; !over.get(); i++) {
                                    HttpResponse<String> answer = chat(platform, model, i);
                                    versions.merge(version(answer), 1, Integer::sum);
                                    if (answer.statusCode() != 200) {
                                        failures.add(answer.statusCode() + " " + answer.body());
                                    }
                                }
                            },
                            readers))
                    .toList();
            try {
                what.run();
            } finally {
                over.set(true);
            }
            reading.forEach(CompletableFuture::join);
        }
        return new Seen(versions, List.copyOf(failures));
    }

    private static HttpResponse<String> chat(Platform platform, String model, int room) {
        return new Chat(platform)
                .post(
                        "/v1/chat/completions",
                        Chat.body("Set room " + room + " to 21 degrees", 16, false)
                                .replace(Platform.MODEL, model));
    }

    private static String version(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-rivulet-model-version").orElse("none");
    }
}
