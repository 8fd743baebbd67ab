// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.batches;

import static dev.rivulet.gateway.files.Uploads.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.events.inference.v1.RequestSubmitted;
import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.files.Uploads;
import dev.rivulet.gateway.jobs.FakeJobReplica;
import dev.rivulet.gateway.jobs.JobsOnKafka;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Batches as callers see them, on a real broker, with a replica whose answers a test decides. */
class BatchesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static JobsOnKafka kafka;
    private static FakeJobReplica replica;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        kafka = new JobsOnKafka("rivulet.batches.at-once=4", "rivulet.batches.retry=200ms");
        replica = kafka.replica();
        gateway = kafka.gateway();
    }

    @AfterAll
    static void stop() throws Exception {
        kafka.close();
    }

    @Test
    void aBatchRunsItsLinesAtLowPriorityAndHasFilesOfAnswersAndOfFailures() throws Exception {
        replica.answering((one, request) -> {
            if (request.getBody().toStringUtf8().contains("\"bad\"")) {
                one.ends(request.getJob(), JobOutcome.JOB_OUTCOME_FAILED, 400, "application/json", "{\"error\":{}}");
            } else {
                one.completes(request.getJob(), "{\"x\":1}");
            }
        });
        String input = Uploads.batchFile(gateway, line("a", "fine") + line("b", "bad") + line("c", "fine"));

        JsonNode made = create(input);
        JsonNode batch = awaitStatus(made.path("id").asString(), "completed");

        assertThat(made.path("object").asString()).isEqualTo("batch");
        assertThat(batch.path("request_counts").toString()).isEqualTo("{\"total\":3,\"completed\":2,\"failed\":1}");
        List<String> answers = lines(batch.path("output_file_id"));
        assertThat(answers).hasSize(2).allMatch(line -> line.contains("\"body\":{\"x\":1}"));
        assertThat(lines(batch.path("error_file_id")))
                .singleElement()
                .asString()
                .contains("\"custom_id\":\"b\"")
                .contains("\"status_code\":400");
        assertThat(batch.path("errors").isNull()).isTrue();
        assertThat(batch.path("completed_at").asLong()).isPositive();
        assertThat(requests(made.path("id").asString()))
                .hasSize(3)
                .allMatch(request -> request.getPriority().equals("low"));
        assertThat(json(gateway.get("/v1/batches?limit=1")).path("data").path(0).path("id"))
                .isEqualTo(made.path("id"));
        String path = "/v1/batches/" + made.path("id").asString();
        assertThat(gateway.statusFor(JobsOnKafka.OTHER_KEY, "GET", path)).isEqualTo(404);
        assertThat(gateway.statusFor(JobsOnKafka.OTHER_KEY, "POST", path + "/cancel"))
                .isEqualTo(404);
    }

    @Test
    void aLineThatCanNeverRunIsNamedAndTheBatchFails() throws Exception {
        String input = Uploads.batchFile(
                gateway,
                line("a", "x") + "{\"custom_id\":5}\nnot json\n" + line("a", "x")
                        + line("s", "x").replace("\"model\"", "\"stream\":true,\"model\"")
                        + line("u", "x").replace("/v1/chat/completions", "/v1/embeddings"));

        JsonNode batch = awaitStatus(create(input).path("id").asString(), "failed");

        JsonNode errors = batch.path("errors").path("data");
        assertThat(errors.findValuesAsString("line")).containsExactly("2", "3", "4", "5", "6");
        assertThat(errors.findValuesAsString("code"))
                .containsExactly(
                        "invalid_custom_id",
                        "invalid_json_line",
                        "duplicate_custom_id",
                        "invalid_body",
                        "mismatched_endpoint");
    }

    @Test
    void aBatchGoesOnWithANewGatewayAndRunsNoLineTwice() throws Exception {
        replica.answering((one, request) -> {
            if (one.requests.size() % 2 == 0) {
                one.completes(request.getJob(), "{}");
            }
        });
        String input = Uploads.batchFile(
                gateway,
                IntStream.range(0, 12).mapToObj(i -> line("l" + i, "x")).collect(Collectors.joining()));
        String id = create(input).path("id").asString();
        await().atMost(PATIENCE).until(() -> requests(id).size() >= 5);

        gateway.close();
        replica.answering((one, request) -> one.completes(request.getJob(), "{}"));
        gateway = kafka.startedAnew();
        List<String> before =
                requests(id).stream().map(RequestSubmitted::getJob).toList();
        before.forEach(job -> replica.completes(job, "{}"));
        JsonNode batch = awaitStatus(id, "completed");

        assertThat(batch.path("request_counts").path("completed").asInt()).isEqualTo(12);
        assertThat(lines(batch.path("output_file_id"))).hasSize(12).doesNotHaveDuplicates();
        assertThat(requests(id))
                .extracting(RequestSubmitted::getJob)
                .doesNotHaveDuplicates()
                .hasSize(12);
    }

    @Test
    void aCancelledBatchKeepsWhatIsDoneAndBeginsNoMore() throws Exception {
        replica.answering((one, request) -> {});
        String input = Uploads.batchFile(
                gateway,
                IntStream.range(0, 10).mapToObj(i -> line("l" + i, "x")).collect(Collectors.joining()));
        String id = create(input).path("id").asString();
        await().atMost(PATIENCE).until(() -> requests(id).size() == 4);

        JsonNode asked = json(gateway.post("/v1/batches/" + id + "/cancel", ""));
        replica.completes(requests(id).getFirst().getJob(), "{}");
        requests(id).stream()
                .skip(1)
                .forEach(request ->
                        replica.ends(request.getJob(), JobOutcome.JOB_OUTCOME_CANCELLED, 0, "application/json", "{}"));
        JsonNode batch = awaitStatus(id, "cancelled");

        assertThat(asked.path("status").asString()).isEqualTo("cancelling");
        assertThat(requests(id)).hasSize(4);
        assertThat(lines(batch.path("output_file_id"))).hasSize(1);
        assertThat(lines(batch.path("error_file_id"))).hasSize(9).allMatch(line -> line.contains("batch_cancelled"));
        assertThat(gateway.post("/v1/batches/" + id + "/cancel", "").statusCode())
                .isEqualTo(409);
    }

    @Test
    void whatIsNoBatchIsRefused() throws Exception {
        assertThat(gateway.post("/v1/batches", request("file-" + "0".repeat(32)))
                        .body())
                .contains("\"param\":\"input_file_id\"");
        assertThat(gateway.post("/v1/batches", request("../x").replace("24h", "1h"))
                        .body())
                .contains("\"param\":\"completion_window\"");
        assertThat(gateway.post("/v1/batches", "[]").statusCode()).isEqualTo(400);
        assertThat(gateway.get("/v1/batches/batch_none").statusCode()).isEqualTo(404);
    }

    private static String line(String id, String text) {
        return "{\"custom_id\":\"" + id
                + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"m\","
                + "\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}}\n";
    }

    private static String request(String file) {
        return "{\"input_file_id\":\"" + file
                + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}";
    }

    private static JsonNode create(String file) throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/batches", request(file));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static List<RequestSubmitted> requests(String batch) {
        return replica.requests.stream()
                .filter(request -> request.getJob().startsWith(batch))
                .toList();
    }

    private static List<String> lines(JsonNode file) throws Exception {
        return gateway.get("/v1/files/" + file.asString() + "/content")
                .body()
                .lines()
                .toList();
    }

    private static JsonNode awaitStatus(String id, String status) {
        JsonNode[] batch = new JsonNode[1];
        await("batch " + id + " is " + status).atMost(PATIENCE).untilAsserted(() -> {
            batch[0] = json(gateway.get("/v1/batches/" + id));
            assertThat(batch[0].path("status").asString()).isEqualTo(status);
        });
        return batch[0];
    }
}
