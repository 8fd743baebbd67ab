// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.inference.Replica;
import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.RequiredSearch;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Readiness, load, metrics and an orderly end. */
class LifecycleTest {

    private static final String BODY = """
            {"model":"fake","stream":true,"max_tokens":%d,"messages":[{"role":"user","content":"x"}]}""";

    @Test
    void aReplicaIsLiveWithoutAModelAndReadyWithOne() throws Exception {
        try (Replica replica = Replica.start();
                HttpClient http = HttpClient.newHttpClient()) {
            assertThat(get(http, replica, "/actuator/health/liveness").statusCode())
                    .isEqualTo(200);
            HttpResponse<String> unready = get(http, replica, "/actuator/health/readiness");
            assertThat(unready.statusCode()).isEqualTo(503);
            assertThat(unready.body()).contains("champion");
            replica.serving(2, 24, Watcher.NONE);
            assertThat(get(http, replica, "/actuator/health/readiness").statusCode())
                    .isEqualTo(200);
            assertThat(post(http, replica, BODY.formatted(5)).join().body()).contains("[DONE]");
            await().untilAsserted(() -> assertThat(
                            get(http, replica, "/actuator/prometheus").body())
                    .contains("vllm:time_to_first_token_seconds_count")
                    .contains("rivulet_inference_stage_seconds_count")
                    .contains("vllm:num_requests_running")
                    .contains("rivulet_inference_slots{"));
            assertThat(get(http, replica, "/internal/replica").body())
                    .contains("\"started_at\"")
                    .contains("\"slots\":2");
        }
    }

    @Test
    void gaugesOfAModelAreReadAnewAndNeverReplacedSoThatNoScrapeSeesThemTwice() {
        try (Replica replica = Replica.start()) {
            replica.serving(2, 0, Watcher.NONE);
            LoadMetrics load = replica.bean(LoadMetrics.class);
            RequiredSearch slots = replica.bean(MeterRegistry.class).get("rivulet.inference.slots");
            load.refresh();
            Gauge before = slots.gauge();
            assertThat(before.value()).isEqualTo(2);

            load.refresh();

            assertThat(slots.gauge()).isSameAs(before);
            assertThat(slots.meters()).hasSize(1);
        }
    }

    @Test
    void aFullQueueIsRefusedWithTheTimeToComeBack() throws Exception {
        AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
        try (Replica replica = Replica.start("rivulet.admission.queue=1");
                HttpClient http = HttpClient.newHttpClient()) {
            replica.serving(1, 0, step -> awaitLatch(gate.get()));
            gate.set(new CountDownLatch(1));
            var running = post(http, replica, BODY.formatted(3));
            var waiting = post(http, replica, BODY.formatted(3));
            await().until(() -> replica.bean(AdmissionGate.class).inside() == 2);
            HttpResponse<String> refused =
                    post(http, replica, BODY.formatted(3)).join();
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).contains("queue_full");
            assertThat(Integer.parseInt(
                            refused.headers().firstValue("retry-after").orElseThrow()))
                    .isPositive();
            gate.get().countDown();
            assertThat(running.join().body()).contains("[DONE]");
            assertThat(waiting.join().body()).contains("[DONE]");
        }
    }

    @Test
    void whoWaitsTooLongIsRefusedWith503() throws Exception {
        AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
        try (Replica replica = Replica.start("rivulet.execution.queue-timeout=1500ms");
                HttpClient http = HttpClient.newHttpClient()) {
            replica.serving(1, 0, step -> awaitLatch(gate.get()));
            gate.set(new CountDownLatch(1));
            var running = post(http, replica, BODY.formatted(300));
            await().until(() -> replica.models().sequences() == 1);
            var waiting = post(http, replica, BODY.formatted(3));
            await().until(() -> replica.models().sequences() == 2);
            long since = System.nanoTime();
            await().until(() ->
                    System.nanoTime() - since > Duration.ofMillis(1600).toNanos());
            gate.get().countDown();
            assertThat(waiting.join().statusCode()).isEqualTo(503);
            assertThat(waiting.join().body()).contains("queue_timeout");
            assertThat(running.join().body()).contains("[DONE]");
        }
    }

    @Test
    void aReplicaThatEndsLetsNobodyInAndFinishesWhatRuns() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
        Replica replica = Replica.start("rivulet.replica.drain-timeout=25s");
        HttpClient http = HttpClient.newHttpClient();
        try {
            replica.serving(2, 0, step -> awaitLatch(gate.get()));
            gate.set(held);
            var running = post(http, replica, BODY.formatted(3));
            await().until(() -> replica.models().sequences() == 1);
            AdmissionGate admission = replica.bean(AdmissionGate.class);
            // Not on the common pool: the client needs its threads.
            Thread ending = Thread.ofPlatform().start(replica::close);
            await().until(admission::draining);
            HttpResponse<String> refused =
                    post(http, replica, BODY.formatted(3)).join();
            assertThat(refused.body()).contains("draining");
            assertThat(refused.statusCode()).isEqualTo(503);
            held.countDown();
            assertThat(running.join().body()).contains("[DONE]");
            assertThat(ending.join(Duration.ofSeconds(40))).isTrue();
        } finally {
            held.countDown();
            http.shutdownNow();
        }
    }

    @Test
    void whatRunsTooLongIsCutByAnErrorEventWhenAReplicaEnds() throws Exception {
        Replica replica = Replica.start("rivulet.replica.drain-timeout=100ms");
        HttpClient http = HttpClient.newHttpClient();
        try {
            replica.serving(1, 0, step -> java.util.concurrent.locks.LockSupport.parkNanos(20_000_000));
            var running = post(http, replica, BODY.formatted(450));
            await().until(() -> replica.models().sequences() == 1);
            replica.close();
            assertThat(running.join().body()).contains("\"code\":\"draining\"").doesNotContain("[DONE]");
        } finally {
            http.shutdownNow();
        }
    }

    @Test
    void aStepThatFailsEndsItsSequencesWithAnErrorAndTheNextOnesAnswer() throws Exception {
        AtomicReference<Watcher> fault = new AtomicReference<>(Watcher.NONE);
        try (Replica replica = Replica.start();
                HttpClient http = HttpClient.newHttpClient()) {
            replica.serving(2, 0, step -> fault.get().before(step));
            fault.set(step -> {
                if (step.rows() > 0) {
                    fault.set(Watcher.NONE);
                    throw new IllegalStateException("planted");
                }
            });
            HttpResponse<String> broken = post(http, replica, BODY.formatted(5)).join();
            assertThat(broken.body())
                    .contains("\"code\":\"internal_error\"")
                    .doesNotContain("planted")
                    .doesNotContain("[DONE]");
            assertThat(post(http, replica, BODY.formatted(5)).join().body()).contains("[DONE]");
        }
    }

    @Test
    void theTimeThatARequestAllowsEndsItWhereverItIs() throws Exception {
        AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
        try (Replica replica = Replica.start();
                HttpClient http = HttpClient.newHttpClient()) {
            replica.serving(1, 0, step -> awaitLatch(gate.get()));
            gate.set(new CountDownLatch(1));
            var running = http.sendAsync(allowing(replica, "700"), BodyHandlers.ofString());
            await().until(() -> replica.models().sequences() == 1);
            var waiting = http.sendAsync(allowing(replica, "600"), BodyHandlers.ofString());
            await().until(() -> replica.models().sequences() == 2);
            long since = System.nanoTime();
            await().until(() ->
                    System.nanoTime() - since > Duration.ofMillis(750).toNanos());
            gate.get().countDown();
            assertThat(running.join().body())
                    .contains("\"code\":\"deadline_exceeded\"")
                    .doesNotContain("[DONE]");
            assertThat(waiting.join().statusCode()).isEqualTo(408);
            assertThat(waiting.join().body()).contains("\"code\":\"deadline_exceeded\"");
            HttpResponse<String> nonsense = http.send(allowing(replica, "soon"), BodyHandlers.ofString());
            assertThat(nonsense.statusCode()).isEqualTo(400);
            assertThat(nonsense.body()).contains("\"param\":\"x-request-timeout-ms\"");
        }
    }

    private static HttpRequest allowing(Replica replica, String millis) {
        return HttpRequest.newBuilder(URI.create(replica.url() + "/v1/chat/completions"))
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json")
                .header("x-request-timeout-ms", millis)
                .POST(BodyPublishers.ofString(BODY.formatted(400)))
                .build();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpResponse<String> get(HttpClient http, Replica replica, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(replica.url() + path)).build(), BodyHandlers.ofString());
    }

    private static CompletableFuture<HttpResponse<String>> post(HttpClient http, Replica replica, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(replica.url() + "/v1/chat/completions"))
                .timeout(Duration.ofSeconds(60))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return http.sendAsync(request, BodyHandlers.ofString());
    }
}
