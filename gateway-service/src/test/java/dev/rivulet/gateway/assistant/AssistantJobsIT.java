// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.events.inference.v1.RequestSubmitted;
import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.RealRedis;
import dev.rivulet.gateway.jobs.JobsOnKafka;
import dev.rivulet.graph.CheckpointStore;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jobs that name the assistant: taken from a real broker by a replica, which asks the gateway and tells the result. */
class AssistantJobsIT {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String JOB = "{\"endpoint\":\"/v1/chat/completions\",\"body\":{\"model\":\"assistant\","
            + "\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}}";

    private static final Household household = new Household();
    private static RealRedis redis;
    private static JobsOnKafka kafka;

    @BeforeAll
    static void start() {
        redis = RealRedis.start();
        kafka = new JobsOnKafka(
                "rivulet.assistant.fusion=none",
                "rivulet.jobs.at-gateway=2",
                "rivulet.assistant.context.store=redis",
                "rivulet.assistant.context.redis.url=" + redis.url(),
                "rivulet.assistant.context.redis.password=" + RealRedis.PASSWORD,
                "rivulet.assistant.context.redis.patience=5s");
        kafka.gateway().join(household.replica);
    }

    @AfterAll
    static void stop() throws Exception {
        kafka.close();
        redis.close();
        household.close();
        HTTP.shutdownNow();
    }

    @Test
    void theGraphAnswersAJobAsItAnswersARequest() throws Exception {
        household.words("Setting Aurora ", "to 21 degrees.");
        kafka.replica()
                .answering((replica, request) ->
                        told(request, asked(request, request.getTenant()).join()));

        JsonNode whole = ended(submitted(false));
        JsonNode streamed = ended(submitted(true));

        assertThat(whole.path("status").asString()).isEqualTo("completed");
        JsonNode body = whole.path("result").path("body");
        assertThat(body.at("/choices/0/message/content").asString())
                .startsWith("Setting Aurora to 21 degrees.\nAurora is at ");
        assertThat(body.at("/rivulet/stages/intent/outcome").asString()).isEqualTo("done");
        assertThat(streamed.path("status").asString()).isEqualTo("completed");
        assertThat(streamed.path("result").path("chunks").toString()).contains("Setting Aurora ", "\"missing\":{}");
        assertThat(kafka.replica().requests).allMatch(RequestSubmitted::getAtGateway);
    }

    @Test
    void aJobWhoseGatewayGoesWhileTheGraphRunsIsAnsweredByTheNextOnce() throws Exception {
        household.streams(Flux.never());
        CompletableFuture<RequestSubmitted> taken = new CompletableFuture<>();
        kafka.replica().answering((replica, request) -> taken.complete(request));
        String id = submitted(false);
        RequestSubmitted request = taken.get(60, TimeUnit.SECONDS);
        CompletableFuture<HttpResponse<String>> first = asked(request, request.getTenant());
        await().atMost(PATIENCE).until(() -> !household.asked(Household.DECODER).isEmpty());

        kafka.gateway().close();
        assertThat(first.handle((answer, failure) -> failure != null || answer.statusCode() >= 500)
                        .get(60, TimeUnit.SECONDS))
                .as("nobody takes what is not whole for an answer")
                .isTrue();
        household.words("Setting Aurora ", "to 21 degrees.");
        kafka.startedAnew().join(household.replica);
        HttpResponse<String> second = asked(request, request.getTenant()).get(60, TimeUnit.SECONDS);
        assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
        told(request, second);
        JsonNode job = ended(id);
        HttpResponse<String> third = asked(request, request.getTenant()).get(60, TimeUnit.SECONDS);

        assertThat(job.at("/result/body/choices/0/message/content").asString()).startsWith("Setting Aurora");
        assertThat(third.statusCode())
                .as("a job that has ended is not run again")
                .isEqualTo(409);
    }

    @Test
    void whatALostGatewayHasFoundAndDoneIsTakenUpByAnotherAndNotDoneAgain() throws Exception {
        household.streams(Flux.never());
        CompletableFuture<RequestSubmitted> taken = new CompletableFuture<>();
        kafka.replica().answering((replica, request) -> taken.complete(request));
        int intents = household.asked(Household.INTENT).size();
        submitted(false, "Set Aurora to 21 degrees, would you");
        RequestSubmitted request = taken.get(60, TimeUnit.SECONDS);
        CompletableFuture<HttpResponse<String>> lost = asked(request, request.getTenant());
        await().atMost(PATIENCE)
                .until(() -> redis.ask(commands -> commands.keys("rivulet:context:1:*").stream()
                        .anyMatch(
                                key -> commands.hkeys(key).containsAll(List.of("v:facts", "v:meaning", "v:intent")))));
        List<Long> left = redis.<List<Long>>ask(
                commands -> commands.keys("*").stream().map(commands::pttl).toList());
        assertThat(left).isNotEmpty().allMatch(millis -> millis > 0 && millis <= 3_600_000);

        try (GatewayFixture other = kafka.another()) {
            other.join(household.replica);
            household.words("Setting Aurora ", "to 21 degrees.");
            HttpResponse<String> answer =
                    asked(other, request, request.getTenant()).get(60, TimeUnit.SECONDS);

            JsonNode body = JSON.readTree(answer.body());
            assertThat(body.at("/choices/0/message/content").asString())
                    .isEqualTo("Setting Aurora to 21 degrees.\nAurora is at 20.5 degrees and goes to 21.0.");
            for (String stage : List.of("spoken", "intent", "slots", "meaning", "passages", "facts")) {
                assertThat(body.at("/rivulet/stages/" + stage + "/outcome").asString())
                        .as(stage)
                        .isEqualTo("taken-up");
            }
            assertThat(household.asked(Household.INTENT)).hasSize(intents + 1);
            assertThat(other.get("/v1/building").body())
                    .as("it was done where it was begun")
                    .doesNotContain("aurora");
            told(request, answer);
        }
        lost.cancel(true);
        List<String> fields = redis.<List<String>>ask(commands -> commands.keys("rivulet:context:1:*").stream()
                .flatMap(key -> commands.hkeys(key).stream())
                .toList());
        assertThat(fields)
                .as("of a job that has ended only what it has done is known on")
                .isSubsetOf("v:facts", "c:facts", "bytes");
    }

    @Test
    void withoutRedisAJobIsAnsweredAndDoesNothingThatMightBeDoneTwice() throws Exception {
        household.words("Setting Aurora ", "to 21 degrees.");
        CompletableFuture<RequestSubmitted> taken = new CompletableFuture<>();
        kafka.replica().answering((replica, request) -> taken.complete(request));
        submitted(false, "Set Aurora to 21 degrees again");
        RequestSubmitted request = taken.get(60, TimeUnit.SECONDS);
        redis.stop();
        try {
            HttpResponse<String> answer = asked(request, request.getTenant()).get(60, TimeUnit.SECONDS);
            JsonNode body = JSON.readTree(answer.body());
            assertThat(body.at("/choices/0/message/content").asString())
                    .isEqualTo(
                            "Setting Aurora to 21 degrees.\nI did not do that, since I could not make sure that it is"
                                    + " done once. Ask again.");
            assertThat(body.at("/rivulet/missing/facts").asString()).isEqualTo("unclaimed");
            told(request, answer);
        } finally {
            redis.startAgain();
        }
        await().atMost(PATIENCE)
                .until(() -> kafka.gateway()
                        .bean(CheckpointStore.class)
                        .found("any")
                        .handle((found, failure) -> failure == null)
                        .toCompletableFuture()
                        .get());
    }

    @Test
    void onlyWhatACallerHasSubmittedIsRun() throws Exception {
        CompletableFuture<RequestSubmitted> taken = new CompletableFuture<>();
        kafka.replica().answering((replica, request) -> taken.complete(request));
        submitted(false);
        RequestSubmitted request = taken.get(60, TimeUnit.SECONDS);
        RequestSubmitted another = request.toBuilder()
                .setBody(com.google.protobuf.ByteString.copyFromUtf8("{\"model\":\"assistant\",\"messages\":[]}"))
                .build();

        assertThat(asked(another, request.getTenant()).join().statusCode()).isEqualTo(409);
        assertThat(asked(request, "other").join().statusCode()).isEqualTo(404);
        assertThat(asked(request.toBuilder().setJob("job_unknown").build(), request.getTenant())
                        .join()
                        .body())
                .contains("not_found");
        told(request, asked(request, request.getTenant()).join());
    }

    @Test
    void asManyAsMayAreRunAtOnce() throws Exception {
        household.streams(Flux.never());
        kafka.replica().answering((replica, request) -> {});
        int before = kafka.replica().requests.size();
        submitted(false);
        await().atMost(PATIENCE).until(() -> kafka.replica().requests.size() == before + 1);
        RequestSubmitted request = kafka.replica().requests.getLast();
        int asked = household.asked(Household.DECODER).size();

        CompletableFuture<HttpResponse<String>> one = asked(request, request.getTenant());
        CompletableFuture<HttpResponse<String>> two = asked(request, request.getTenant());
        await().atMost(PATIENCE).until(() -> household.asked(Household.DECODER).size() == asked + 2);
        HttpResponse<String> three = asked(request, request.getTenant()).join();

        assertThat(three.statusCode()).isEqualTo(429);
        assertThat(three.headers().firstValue("retry-after")).contains("1");
        one.cancel(true);
        two.cancel(true);
        household.words("Setting Aurora ", "to 21 degrees.");
        await().atMost(PATIENCE)
                .until(() -> asked(request, request.getTenant()).join().statusCode() == 200);
    }

    private static String submitted(boolean stream) throws Exception {
        return submitted(stream, "Set Aurora to 21 degrees");
    }

    private static String submitted(boolean stream, String words) throws Exception {
        HttpResponse<String> taken = kafka.gateway().post("/v1/jobs", JOB.formatted(stream, words));
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
        return JSON.readTree(taken.body()).path("id").asString();
    }

    private static JsonNode ended(String id) throws Exception {
        await().atMost(PATIENCE).until(() -> !job(id).path("status").asString().matches("queued|running"));
        return job(id);
    }

    private static JsonNode job(String id) throws Exception {
        return JSON.readTree(kafka.gateway().get("/v1/jobs/" + id).body());
    }

    /** As a replica asks a gateway. */
    private static CompletableFuture<HttpResponse<String>> asked(RequestSubmitted request, String tenant) {
        return asked(kafka.gateway(), request, tenant);
    }

    private static CompletableFuture<HttpResponse<String>> asked(
            GatewayFixture gateway, RequestSubmitted request, String tenant) {
        return HTTP.sendAsync(
                HttpRequest.newBuilder(gateway.url("/internal/jobs/" + request.getJob()))
                        .header("content-type", "application/json")
                        .header("x-rivulet-tenant", tenant)
                        .header("x-rivulet-priority", request.getPriority())
                        .timeout(PATIENCE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(
                                request.getBody().toByteArray()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void told(RequestSubmitted request, HttpResponse<String> answer) {
        kafka.replica()
                .ends(
                        request.getJob(),
                        JobOutcome.JOB_OUTCOME_COMPLETED,
                        answer.statusCode(),
                        answer.headers().firstValue("content-type").orElse(""),
                        answer.body());
    }
}
