// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.RawReplica;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The table "When a replica fails" of docs/gateway.md, line by line. */
@ExtendWith(SharedGateway.class)
class FaultTableTest {

    private static final String CHUNK = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"}}]}\n\n";
    private static final String STREAM_HEAD =
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

    private final GatewayFixture gateway;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> joined = new ArrayList<>();

    FaultTableTest(GatewayFixture gateway) {
        this.gateway = gateway;
    }

    @AfterEach
    void leave() throws Exception {
        joined.forEach(id -> gateway.routes().left(id));
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    @Test
    void aPausedReplicasRequestsGoToAnotherOneAsSoonAsItDoesNotAnswerWhenAsked() throws Exception {
        RawReplica paused = raw(RawReplica.PAUSED);
        StubReplica alive = stub(1_000_000);

        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
        assertThat(paused.asked.get()).isPositive();
        assertThat(alive.received).hasSize(1);
    }

    @Test
    void aPausedReplicaWithoutAnotherIsToldAsNoReplicaOrTimeout() throws Exception {
        raw(RawReplica.PAUSED);

        HttpResponse<String> whole = gateway.chat(GatewayFixture.WHOLE);
        assertThat(whole.statusCode()).isIn(503, 504);
        assertThat(whole.headers().firstValue("retry-after")).isPresent();
    }

    @Test
    void whereAStreamsReplicaIsPausedBeforeItsAnswerPingsComeAndThenAnError() throws Exception {
        raw(RawReplica.PAUSED);

        HttpResponse<String> stream = gateway.chat(GatewayFixture.STREAM);
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(stream.body()).startsWith(": ping").containsAnyOf("no_replica", "replica_timeout");
    }

    @Test
    void aReplicaPausedWithinItsStreamEndsItWithAnErrorEvent() throws Exception {
        raw((connection, out) -> {
            RawReplica.write(out, STREAM_HEAD + chunked(CHUNK));
            RawReplica.PAUSED.of(connection, out);
        });

        assertThat(gateway.streamed(GatewayFixture.STREAM)).startsWith(CHUNK).contains("\"code\":\"replica_timeout\"");
    }

    @Test
    void garbageIsAskedOfAnotherReplicaAndNeverShown() throws Exception {
        RawReplica garbage = raw((connection, out) -> RawReplica.write(out, "ICY 200 what is this\u0000\r\n\r\nabc"));
        StubReplica alive = stub(1_000_000);

        assertThat(gateway.chat(GatewayFixture.WHOLE).body()).isEqualTo("{\"hello\":true}");
        assertThat(garbage.asked.get()).isPositive();
        assertThat(alive.received).hasSize(1);
    }

    @Test
    void anAnswerOfAnotherKindIsReplicaLost() throws Exception {
        stub(0).answering((request, response) ->
                response.header("content-type", "text/html").sendString(Mono.just("<p>Hi</p>")));

        HttpResponse<String> answer = gateway.chat(GatewayFixture.WHOLE);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).contains("\"code\":\"replica_lost\"").doesNotContain("<p>");
    }

    @Test
    void aChunkThatIsCutOffWithinAnEventEndsTheStreamBetweenEvents() throws Exception {
        raw((connection, out) -> RawReplica.write(
                out, STREAM_HEAD + chunked(CHUNK) + Integer.toHexString(CHUNK.length()) + "\r\ndata: {\"choi"));

        assertThat(gateway.streamed(GatewayFixture.STREAM))
                .startsWith(CHUNK + "data: {\"error\"")
                .contains("\"code\":\"replica_lost\"")
                .doesNotContain("[DONE]");
    }

    @Test
    void eventsThatAreNoJsonPassAsTheyAreForTheyAreNotRead() throws Exception {
        stub(0).streaming("data: {\"choices\":[{\n\n", "event: odd\ndata: \u0007\n\n", "data: [DONE]\n\n");

        assertThat(gateway.streamed(GatewayFixture.STREAM))
                .startsWith("data: {\"choices\":[{\n\nevent: odd\ndata: \u0007\n\n")
                .endsWith("data: [DONE]\n\n");
    }

    @Test
    void anEventWithoutEndIsCutOffAsAFailureOfTheReplica() throws Exception {
        String garbage = "x".repeat(65_536);
        stub(0).answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(Flux.range(0, 200).map(part -> StubReplica.utf8(garbage)), bytes -> true));

        assertThat(gateway.chat(GatewayFixture.STREAM).body())
                .contains("\"code\":\"replica_lost\"")
                .doesNotContain("xxx");
    }

    @Test
    void aConnectionHalfClosedWithinAStreamEndsItWithAnErrorEvent() throws Exception {
        raw((connection, out) -> {
            RawReplica.write(out, STREAM_HEAD + chunked(CHUNK));
            connection.shutdownOutput();
            RawReplica.PAUSED.of(connection, out);
        });

        assertThat(gateway.streamed(GatewayFixture.STREAM))
                .startsWith(CHUNK)
                .contains("\"code\":\"replica_lost\"")
                .doesNotContain("[DONE]");
    }

    @Test
    void aConnectionHalfClosedBeforeItsAnswerGoesToAnotherReplica() throws Exception {
        RawReplica half = raw((connection, out) -> {
            connection.shutdownOutput();
            RawReplica.PAUSED.of(connection, out);
        });
        StubReplica alive = stub(1_000_000);

        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
        assertThat(half.asked.get()).isPositive();
        assertThat(alive.received).hasSize(1);
    }

    @Test
    void aReplicaThatKeepsFailingGetsNoWorkAfterFiveAnswers() throws Exception {
        StubReplica failing = stub(0).json(500, errorBody());
        StubReplica alive = stub(1_000_000);

        for (int i = 0; i < 5; i++) {
            assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(500);
        }
        assertThat(gateway.chat(GatewayFixture.WHOLE).statusCode()).isEqualTo(200);
        assertThat(failing.received).hasSize(5);
        assertThat(alive.received).hasSize(1);
    }

    @Test
    void aSlowReplicasStreamIsNotRepeatedOnceABytesHasCome() throws Exception {
        StubReplica slow = stub(0).answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(
                        Flux.interval(Duration.ofMillis(400))
                                .take(4)
                                .map(beat -> StubReplica.utf8(beat == 3 ? "data: [DONE]\n\n" : CHUNK)),
                        bytes -> true));
        StubReplica other = stub(1_000_000);

        assertThat(gateway.chat(GatewayFixture.STREAM).body()).contains(CHUNK + CHUNK.substring(0, 6));
        assertThat(slow.received).hasSize(1);
        assertThat(other.received).isEmpty();
    }

    private RawReplica raw(RawReplica.Conduct conduct) throws IOException {
        RawReplica replica = RawReplica.start(conduct);
        open.add(replica);
        String id = "raw-" + System.nanoTime();
        joined.add(id);
        gateway.join(id, replica.url(), Instant.now(), 0);
        return replica;
    }

    private StubReplica stub(long outstanding) {
        StubReplica replica = StubReplica.start("stub-" + System.nanoTime());
        open.add(replica);
        joined.add(replica.id());
        gateway.join(replica, outstanding);
        return replica;
    }

    private static String errorBody() {
        return "{\"error\":{\"message\":\"no\",\"type\":\"server_error\",\"param\":null,\"code\":\"internal_error\"}}";
    }

    private static String chunked(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }
}
