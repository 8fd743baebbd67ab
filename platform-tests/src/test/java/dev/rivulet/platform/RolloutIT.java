// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A version goes from the registry over replicas and gateway into its champion's place, while people chat with the model. */
@ExtendWith(OnPlatform.class)
class RolloutIT {

    private static final Path FOLDER = Platform.repository().resolve("models/artefacts/" + Platform.MODEL);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int READERS = 4;
    private static final ToDoubleFunction<String> NOBODY_VOTES = version -> Double.NaN;
    /** A busy machine makes two equal versions differ. */
    private static final String PATIENT = "\"max_latency_ratio\":100";

    /** What readers got while something went on. */
    private record Seen(Map<String, Integer> versions, List<String> failures) {}

    @Test
    void aVersionIsPromotedStepByStepAndNotOneRequestFails(Platform platform) {
        registers(platform, "steps", FOLDER);
        Seen seen = whileChatting(
                platform,
                "steps",
                NOBODY_VOTES,
                () -> ends(platform, start(platform, "steps", 1, PATIENT), "promoted"));

        assertThat(seen.failures()).isEmpty();
        assertThat(seen.versions()).containsKeys("1", "2");
        assertThat(champion(platform, "steps")).isEqualTo("2");
    }

    @Test
    void aVersionThatIsAbortedLeavesItsChampionAndNotOneRequestFails(Platform platform) {
        registers(platform, "aborted", FOLDER);
        Seen seen = whileChatting(platform, "aborted", NOBODY_VOTES, () -> {
            String id = start(platform, "aborted", 600, PATIENT);
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

    @Test
    void aVersionOfWhichCallersThinkWorseIsRolledBackByItself(Platform platform) {
        registers(platform, "disliked", FOLDER);
        ToDoubleFunction<String> votes = version -> version.equals("2") ? 0 : 1;

        takenBack(platform, "disliked", votes, PATIENT + ",\"feedback_required\":true", "feedback_score");
    }

    @Test
    @Tag("long")
    void aVersionThatNoReplicaCanLoadIsRolledBackByItself(Platform platform, @TempDir Path folder) {
        registers(platform, "broken", WorseModels.withoutWeightsFor("room", FOLDER, folder));

        takenBack(platform, "broken", NOBODY_VOTES, PATIENT, "the candidate failed");
    }

    @Test
    void aVersionThatFailsAtRequestsIsRolledBackByItself(Platform platform, @TempDir Path folder) {
        registers(platform, "failing", WorseModels.damagedAt("\u0120room", FOLDER, folder));

        takenBack(platform, "failing", NOBODY_VOTES, PATIENT, "error_rate");
    }

    @Test
    @Tag("long")
    void aVersionThatRefusesWhatTheOneBeforeAnswersIsRolledBackByItself(Platform platform, @TempDir Path folder) {
        registers(platform, "unwilling", WorseModels.refusing("room", FOLDER, folder));

        takenBack(platform, "unwilling", NOBODY_VOTES, PATIENT, "refusal_rate");
    }

    @Test
    @Tag("long")
    void aVersionThatIsThreeTimesAsLargeIsRolledBackByItselfBecauseItIsSlower(Platform platform, @TempDir Path folder) {
        registers(platform, "slower", WorseModels.larger(3, FOLDER, folder));

        takenBack(platform, "slower", NOBODY_VOTES, "\"max_latency_ratio\":1.5", "");
        assertThat(reason(platform, "slower")).containsPattern("^(ttft|itl)_p99");
    }

    /** Readers who are answered by either version; nobody sees the worse one fail, and it is gone without a person's doing. */
    private static void takenBack(
            Platform platform, String model, ToDoubleFunction<String> votes, String limits, String metric) {
        Seen seen = whileChatting(
                platform, model, votes, () -> ends(platform, start(platform, model, 600, limits), "rolled_back"));

        assertThat(seen.failures()).isEmpty();
        assertThat(reason(platform, model)).startsWith(metric);
        assertThat(champion(platform, model)).isEqualTo("1");
        assertThat(version(chat(platform, model, 0))).isEqualTo("1");
    }

    private static String reason(Platform platform, String model) {
        return Platform.JSON
                .readTree(new Registration(platform)
                        .ask("GET", "/api/rollouts?model=" + model, "")
                        .body())
                .path("rollouts")
                .path(0)
                .path("reason")
                .asString();
    }

    private static void registers(Platform platform, String model, Path candidate) {
        platform.run("models", "register", FOLDER.toString(), "--name", model, "--version-name", "1")
                .succeeded();
        platform.run(
                        "models",
                        "register",
                        candidate.toString(),
                        "--name",
                        model,
                        "--version-name",
                        "2",
                        "--alias",
                        "next")
                .succeeded();
        Awaitility.await(model + " answers")
                .atMost(PATIENCE)
                .until(() -> chat(platform, model, 0).statusCode() == 200);
    }

    /** Times are those of a busy machine: only failures and what is far slower count. */
    private static String start(Platform platform, String model, int stepSeconds, String limits) {
        HttpResponse<String> started = new Registration(platform)
                .ask(
                        "POST",
                        "/api/rollouts",
                        "{\"model\":\"" + model + "\",\"candidate\":\"2\",\"steps\":[50,100],\"step_seconds\":"
                                + stepSeconds + ","
                                + "\"hold_seconds\":1,\"patience_seconds\":900,\"min_samples\":10,\"min_feedback\":10,"
                                + "\"max_ttft_seconds\":120,\"max_itl_seconds\":120," + limits + "}");
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
            assertThat(now).as(() -> rollout(platform, id).toString()).isIn("preparing", "canary", "holding", state);
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

    private static Seen whileChatting(Platform platform, String model, ToDoubleFunction<String> votes, Runnable what) {
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
                                    failures.addAll(faults(answer));
                                    failures.addAll(faults(vote(platform, answer, votes)));
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

    private static List<String> faults(@Nullable HttpResponse<String> answer) {
        return answer == null || answer.statusCode() == 200
                ? List.of()
                : List.of(answer.statusCode() + " " + answer.body());
    }

    /** A reader says what he thinks of his answer, if he votes at all. */
    private static @Nullable HttpResponse<String> vote(
            Platform platform, HttpResponse<String> answer, ToDoubleFunction<String> votes) {
        double score = votes.applyAsDouble(version(answer));
        String request = answer.headers().firstValue("x-request-id").orElse("");
        return Double.isNaN(score)
                ? null
                : new Chat(platform)
                        .post("/v1/feedback", "{\"request_id\":\"" + request + "\",\"score\":" + score + "}");
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
