// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.gateway.GatewayFixture;
import dev.rivulet.gateway.SharedGateway;
import dev.rivulet.gateway.StubReplica;
import dev.rivulet.gateway.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;

@ExtendWith(SharedGateway.class)
class BackpressureTest {

    private static final int SMALL = 4_096;
    private static final long FEW_HUNDRED_KB = 400_000;
    private static final String TOKEN =
            "data: {\"choices\":[{\"delta\":{\"content\":\"" + "x".repeat(160) + "\"}}]}\n\n";

    private final GatewayFixture gateway;
    private final StubReplica replica;

    BackpressureTest(GatewayFixture gateway, StubReplica replica) {
        this.gateway = gateway;
        this.replica = replica;
    }

    @Test
    void aStalledReaderStallsTheReplicaAndGoesOnWhereItStopped() throws Exception {
        endless(TOKEN);
        try (Wire wire = open()) {
            wire.readUntil("data: ");
            long stalledAt = awaitStill();
            assertThat(stalledAt).isLessThan(FEW_HUNDRED_KB);
            assertThat(wire.skip(1_000_000)).isEqualTo(1_000_000);
            assertThat(replica.produced.get()).isGreaterThan(1_000_000 - 100_000);
            assertThat(awaitStill() - 1_000_000).isLessThan(FEW_HUNDRED_KB);
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> replica.cancelled.get() == 1);
    }

    @Test
    void largeEventsStallTheReplicaAsSoonAsSmallOnes() throws Exception {
        endlessInPieces("data: " + "y".repeat(30_000) + "\n\n");
        try (Wire wire = open()) {
            wire.readUntil("data: ");
            assertThat(awaitStill()).isLessThan(FEW_HUNDRED_KB);
        }
    }

    @Test
    void aReaderWhoTakesNothingForTooLongIsCutOff() throws Exception {
        endless(TOKEN);
        try (Wire wire = open()) {
            wire.readUntil("data: ");
            await().atMost(Duration.ofSeconds(60)).until(() -> replica.cancelled.get() == 1);
            assertThat(wire.closesWithin(30_000)).isTrue();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> gateway.gate().running() == 0);
    }

    @Test
    void halfOfTheReadersStallAndTheOthersFinishWithinBoundedMemory() throws Exception {
        int tokens = 2_000;
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(
                        replica.counted(Flux.range(0, tokens)
                                .map(n -> StubReplica.utf8(TOKEN))
                                .concatWithValues(StubReplica.utf8("data: [DONE]\n\n"))),
                        bytes -> true));
        long before = direct();
        List<Wire> stalled = new ArrayList<>();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> finished = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Wire one = open();
                one.readUntil("data: ");
                stalled.add(one);
                finished.add(readers.submit(this::readToTheEnd));
            }
            for (Future<Integer> one : finished) {
                assertThat(one.get()).isGreaterThan(tokens * TOKEN.length());
            }
        }
        assertThat(direct() - before)
                .as("direct memory held for 50 stalled readers")
                .isLessThan(32L << 20);
        for (Wire one : stalled) {
            one.close();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> gateway.gate().running() == 0);
    }

    private int readToTheEnd() throws Exception {
        try (Wire wire = open()) {
            return wire.readUntil("[DONE]").length();
        }
    }

    private Wire open() throws Exception {
        return new Wire(gateway.port(), SMALL).post(GatewayFixture.CHAT, GatewayFixture.KEY, GatewayFixture.STREAM);
    }

    private void endless(String event) {
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(
                        replica.counted(Flux.<ByteBuf>generate(sink -> sink.next(StubReplica.utf8(event)))),
                        bytes -> true));
    }

    /** Small writes of large events, for what a server has been given to write counts as produced. */
    private void endlessInPieces(String event) {
        int piece = 1_000;
        String twice = event + event;
        replica.answering((request, response) -> response.header("content-type", "text/event-stream")
                .send(
                        replica.counted(Flux.<ByteBuf, Integer>generate(() -> 0, (at, sink) -> {
                            sink.next(StubReplica.utf8(twice.substring(at, at + piece)));
                            return (at + piece) % event.length();
                        })),
                        bytes -> true));
    }

    /** What the replica has produced once it has not produced any more for a while. */
    private long awaitStill() {
        await().atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ofMillis(100))
                .during(Duration.ofMillis(700))
                .until(() -> replica.produced.get(), new Still());
        return replica.produced.get();
    }

    private static long direct() {
        return PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
    }

    /** Holds from the second look on, as long as the value stays. */
    private static final class Still extends org.hamcrest.BaseMatcher<Long> {

        private Object last = -1L;

        @Override
        public boolean matches(Object value) {
            boolean same = value.equals(last);
            last = value;
            return same;
        }

        @Override
        public void describeTo(org.hamcrest.Description description) {
            description.appendText("a value that stays");
        }
    }
}
