// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.events.inference.v1.JobOutcome;
import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.Wire;
import dev.rivulet.gateway.jobs.FakeJobReplica;
import dev.rivulet.gateway.jobs.JobsOnKafka;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Streams whose readers leave and come back, on a real broker, with a replica whose answers a test decides. */
class ResumeIT {

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String DONE = "data: [DONE]\n\n";

    private static JobsOnKafka kafka;
    private static FakeJobReplica replica;
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        kafka = new JobsOnKafka("rivulet.resume.grace=5s");
        replica = kafka.replica();
        gateway = kafka.gateway();
    }

    @AfterAll
    static void stop() throws Exception {
        kafka.close();
    }

    @Test
    void aDroppedStreamGoesOnWhereItsReaderLeftAlsoOnAGatewayThatStartedAnew() throws Exception {
        replica.answering((one, request) -> {
            one.begins(request.getJob());
            one.progress(request.getJob(), 1, "data: {\"n\":1}\n\ndata: {\"n\":2}\n\n");
        });
        String head;
        try (Wire wire = new Wire(gateway.port())) {
            head = wire.send(request("true")).readUntil("\"n\":2}");
        }
        String id = find(head, "x-request-id: ([0-9a-f-]{36})");
        String last = find(head, "\nid: ([0-9a-f]{8}-1)\n");
        gateway.close();
        String job = replica.requests.getLast().getJob();
        replica.progress(job, 2, "data: {\"n\":3}\n\n" + DONE);
        replica.ends(
                job,
                JobOutcome.JOB_OUTCOME_COMPLETED,
                200,
                "text/event-stream",
                "data: {\"n\":1}\n\ndata: {\"n\":2}\n\ndata: {\"n\":3}\n\n" + DONE);
        gateway = kafka.startedAnew();

        HttpResponse<String> rest = gateway.send(resume(id).header("last-event-id", last));
        HttpResponse<String> whole = gateway.send(resume(id));

        assertThat(rest.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        assertThat(withoutIds(rest.body())).isEqualTo("data: {\"n\":2}\n\ndata: {\"n\":3}\n\n" + DONE);
        assertThat(withoutIds(whole.body()))
                .isEqualTo("data: {\"n\":1}\n\ndata: {\"n\":2}\n\ndata: {\"n\":3}\n\n" + DONE);
        assertThat(gateway.statusFor(JobsOnKafka.OTHER_KEY, "GET", "/v1/streams/" + id))
                .isEqualTo(404);
        assertThat(gateway.send(resume(id).header("last-event-id", "../x")).statusCode())
                .isEqualTo(400);
        assertThat(gateway.get("/v1/streams/00000000-0000-4000-8000-000000000000")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aStreamThatNobodyReadsIsCancelledAfterTheGraceAndNotBefore() throws Exception {
        replica.answering((one, request) -> {
            one.begins(request.getJob());
            one.progress(request.getJob(), 1, "data: {\"n\":1}\n\n");
        });
        String head;
        try (Wire wire = new Wire(gateway.port())) {
            head = wire.send(request("true")).readUntil("\"n\":1}");
            assertThat(gateway.gate().running())
                    .as("a replica works on it elsewhere")
                    .isZero();
            String job = "/v1/jobs/stream_"
                    + find(head, "x-request-id: ([0-9a-f-]{36})").replace("-", "");
            assertThat(gateway.get(job).body()).contains("\"status\":\"running\"");
        }
        String job =
                "/v1/jobs/stream_" + find(head, "x-request-id: ([0-9a-f-]{36})").replace("-", "");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(gateway.get(job).body()).contains("\"status\":\"cancelling\""));
    }

    @Test
    void whoDoesNotAskForItGetsTheReplicasStreamAsItIs() throws Exception {
        kafka.stub().streaming("data: {\"n\":7}\n\n", DONE);
        try (Wire wire = new Wire(gateway.port())) {
            assertThat(wire.send(request("false")).readUntil("[DONE]"))
                    .contains("data: {\"n\":7}")
                    .doesNotContain("\nid: ");
        }
    }

    private static String request(String wish) {
        String body = GatewayFixture.STREAM;
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + GatewayFixture.KEY
                + "\r\nContent-Type: application/json\r\nx-rivulet-resumable: " + wish + "\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    private static HttpRequest.Builder resume(String id) {
        return HttpRequest.newBuilder(gateway.url("/v1/streams/" + id))
                .header("authorization", "Bearer " + GatewayFixture.KEY);
    }

    private static String withoutIds(String events) {
        return events.replaceAll("id: [0-9a-f]{8}-\\d+\n", "").replace(": ping\n\n", "");
    }

    private static String find(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }
}
