// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.Wire;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A gateway with room for one request and one that waits, over HTTP. */
class FullGatewayTest {

    private static GatewayFixture gateway;
    private static StubReplica replica;

    @BeforeAll
    static void start() {
        gateway = GatewayFixture.start(
                "rivulet.admission.concurrency=1", "rivulet.admission.queue=1", "rivulet.admission.max-wait=2s");
        replica = StubReplica.start("replica").answering((request, response) -> Mono.never());
        gateway.join(replica);
    }

    @AfterAll
    static void stop() {
        replica.close();
        gateway.close();
    }

    @Test
    void oneRunsOneWaitsTheNextIsRefusedAndAllAreToldWhenToComeAgain() throws Exception {
        replica.received.clear();
        try (Wire running = post();
                Wire waiting = post()) {
            await().until(() -> gateway.gate().running() == 1 && gateway.gate().waiting() == 1);
            HttpResponse<String> refused = gateway.chat(GatewayFixture.WHOLE);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).contains("\"code\":\"queue_full\"", "\"param\":null", "\"type\":");
            assertThat(Integer.parseInt(
                            refused.headers().firstValue("retry-after").orElse("0")))
                    .isBetween(1, 60);
            assertThat(waiting.readUntil("queue_timeout"))
                    .startsWith("HTTP/1.1 503")
                    .contains("Retry-After: ");
            assertThat(gateway.gate().running()).isEqualTo(1);
            running.close();
            await().atMost(Duration.ofSeconds(30)).until(() -> gateway.gate().running() == 0);
        }
        assertThat(replica.received)
                .as("who only waited never reached the replica")
                .hasSize(1);
    }

    @Test
    void whoeverHasLessTimeThanTheQueueTakesIsToldSo() throws Exception {
        try (Wire running = post()) {
            assertThat(running).isNotNull();
            HttpResponse<String> late = gateway.send(HttpRequest.newBuilder(gateway.url(GatewayFixture.CHAT))
                    .header("authorization", "Bearer " + GatewayFixture.KEY)
                    .header("content-type", "application/json")
                    .header("x-request-timeout-ms", "50")
                    .POST(HttpRequest.BodyPublishers.ofString(GatewayFixture.WHOLE)));
            assertThat(late.statusCode()).isEqualTo(408);
            assertThat(late.body()).contains("\"code\":\"deadline_exceeded\"");
            await().until(() -> gateway.gate().waiting() == 0);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> gateway.gate().running() == 0);
    }

    private static Wire post() throws Exception {
        int before = gateway.gate().running() + gateway.gate().waiting();
        Wire wire = new Wire(gateway.port()).post(GatewayFixture.CHAT, GatewayFixture.KEY, GatewayFixture.WHOLE);
        await().until(() -> gateway.gate().running() + gateway.gate().waiting() == before + 1);
        return wire;
    }
}
