// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.exchange.SseEvents;
import dev.rivulet.gateway.routing.Choice;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

@ExtendWith(SharedGateway.class)
class RerouteTest {

    private final GatewayFixture gateway;
    private final List<StubReplica> replicas = new ArrayList<>();

    RerouteTest(GatewayFixture gateway) {
        this.gateway = gateway;
    }

    @AfterEach
    void leave() {
        replicas.forEach(replica -> gateway.routes().left(replica.id()));
        replicas.forEach(StubReplica::close);
    }

    @Test
    void aRefusedConnectionGoesToTheOtherReplicaAndTheDeadOneLeaves() throws Exception {
        StubReplica dead = replica("dead", 0);
        StubReplica alive = replica("alive", 1_000_000);
        dead.close();
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
        assertThat(alive.received).hasSize(1);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> gateway.routes().choose("m", Set.of(alive.id())) instanceof Choice.NoReplica);
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
    }

    @Test
    void oneThatIsLateWithItsAnswerWhileTheBrokerIsAwayGetsNoWorkAndIsBackOnceItAnswers() throws Exception {
        StubReplica slow = replica("slow", 0);
        slow.lateness = Duration.ofSeconds(30);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> gateway.routes().choose("m", Set.of()) instanceof Choice.NoReplica);

        slow.lateness = Duration.ZERO;

        await().atMost(Duration.ofSeconds(30))
                .until(() -> gateway.routes().choose("m", Set.of()) instanceof Choice.Chosen);
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
    }

    @Test
    void whereTheOnlyReplicaIsDeadTheCallerIsToldToComeAgain() throws Exception {
        replica("dead", 0).close();
        HttpResponse<String> answer = gateway.chat(GatewayFixture.STREAM);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"code\":\"no_replica\"");
        assertThat(answer.headers().firstValue("retry-after")).hasValue("2");
    }

    @Test
    void aReplicaThatClosesBeforeItsAnswerIsTriedOnceMoreBeforeItIsDoubted() throws Exception {
        StubReplica flaky = replica("flaky", 0);
        flaky.answering((request, response) -> {
            if (flaky.received.size() == 1) {
                response.withConnection(connection -> connection.channel().close());
                return Mono.never();
            }
            return response.header("content-type", "application/json").sendString(Mono.just("{}"));
        });
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
        assertThat(flaky.received).hasSize(2);
    }

    @Test
    void aReplicaThatKeepsClosingIsGivenUp() throws Exception {
        StubReplica broken = replica("broken", 0);
        broken.answering((request, response) -> {
            response.withConnection(connection -> connection.channel().close());
            return Mono.never();
        });
        HttpResponse<String> answer = gateway.chat(GatewayFixture.WHOLE);
        assertThat(answer.statusCode()).isIn(502, 503);
        assertThat(answer.body()).containsAnyOf("replica_lost", "no_replica");
        assertThat(broken.received).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void aSilentReplicaThatAnswersWhenAskedStaysInTheTable() {
        StubReplica silent = replica("silent", 0);
        await().atMost(Duration.ofSeconds(60)).until(() -> silent.probes.get() >= 2);
        assertThat(gateway.routes().choose("m", Set.of())).isInstanceOf(Choice.Chosen.class);
    }

    @Test
    void aSilentReplicaThatDoesNotAnswerLeavesTheTable() {
        replica("gone", 0).close();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gateway.routes().choose("m", Set.of()) instanceof Choice.NoReplica
                        || gateway.routes().choose("m", Set.of()) instanceof Choice.Unknown);
    }

    @Test
    void theReplicaWithFewerOutstandingTokensIsChosen() throws Exception {
        StubReplica busy = replica("busy", 5_000);
        StubReplica idle = replica("idle", 10);
        for (int i = 0; i < 4; i++) {
            gateway.chat(GatewayFixture.WHOLE);
        }
        assertThat(idle.received).hasSize(4);
        assertThat(busy.received).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"draining, true", "draining, false", "model_loading, true"})
    void aReplicaThatTakesNothingAtPresentIsPassedOverForAnother(String code, boolean stream) throws Exception {
        StubReplica leaving = refusing("leaving", code);
        StubReplica other = replica("other", 1_000_000);
        if (stream) {
            other.streaming(SseEvents.DONE);
        }
        HttpResponse<String> answer = gateway.chat(stream ? GatewayFixture.STREAM : GatewayFixture.WHOLE);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(leaving.received).hasSize(1);
        assertThat(other.received).hasSize(1);
    }

    @Test
    void whereNobodyElseIsThereTheCallerIsToldWhatTheReplicaSaid() throws Exception {
        StubReplica leaving = refusing("leaving", "draining");
        StubReplica too = refusing("leaving-too", "draining");
        HttpResponse<String> answer = gateway.chat(GatewayFixture.STREAM);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"code\":\"draining\"");
        assertThat(answer.headers().firstValue("retry-after")).hasValue("1");
        assertThat(leaving.received).hasSize(1);
        assertThat(too.received).hasSize(1);
    }

    @Test
    void aFullReplicaIsTheCallersToWaitForAndNoReasonToFillAnother() throws Exception {
        StubReplica full = refusing("full", "queue_timeout");
        StubReplica other = replica("other", 1_000_000);
        HttpResponse<String> answer = gateway.chat(GatewayFixture.WHOLE);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("\"code\":\"queue_timeout\"");
        assertThat(full.received).hasSize(1);
        assertThat(other.received).isEmpty();
    }

    private StubReplica refusing(String name, String code) {
        return replica(name, 0)
                .json(
                        503,
                        "{\"error\":{\"message\":\"Not now.\",\"type\":\"server_error\",\"param\":null,\"code\":\""
                                + code + "\"}}",
                        "retry-after",
                        "1");
    }

    private StubReplica replica(String name, long outstanding) {
        StubReplica replica = StubReplica.start(name + "-" + System.nanoTime());
        replicas.add(replica);
        gateway.join(replica, outstanding);
        return replica;
    }
}
