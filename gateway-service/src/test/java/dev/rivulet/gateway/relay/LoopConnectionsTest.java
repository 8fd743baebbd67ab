// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

class LoopConnectionsTest {

    private static final int LOOPS = 2;

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final DisposableServer server = HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .doOnChannelInit((observer, channel, remote) -> {
                opened.incrementAndGet();
                channel.closeFuture().addListener(end -> closed.incrementAndGet());
            })
            .handle((request, response) -> response.sendString(Mono.just("here")))
            .bindNow();
    private final LoopResources resources = LoopResources.create("test", LOOPS, true);
    private final LoopConnections connections = new LoopConnections(
            () -> ConnectionProvider.builder("test").maxConnections(8).build());
    private final HttpClient http =
            HttpClient.create(connections).runOn(resources).host("127.0.0.1").port(server.port());

    @AfterEach
    void close() {
        connections.dispose();
        resources.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
        server.disposeNow();
    }

    @Test
    void anAnswerIsReadByTheLoopThatAsked() throws Exception {
        for (int round = 0; round < 10; round++) {
            for (EventLoop loop : loops()) {
                Thread own = loop.submit(Thread::currentThread).get(10, TimeUnit.SECONDS);

                assertThat(reader(loop)).isSameAs(own);
            }
        }
        assertThat(opened).as("connections are used again").hasValue(LOOPS);
    }

    @Test
    void otherThreadsShareAPool() {
        for (int request = 0; request < 5; request++) {
            assertThat(answer().block(Duration.ofSeconds(10))).isNotNull();
        }

        // One goes back to the pool a moment after its answer, so that two may take turns.
        assertThat(opened).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void theConnectionsOfAllPoolsAreClosedTogether() throws Exception {
        for (EventLoop loop : loops()) {
            reader(loop);
        }
        answer().block(Duration.ofSeconds(10));

        connections.disposeLater().block(Duration.ofSeconds(10));

        assertThat(connections.isDisposed()).isTrue();
        await().atMost(Duration.ofSeconds(10)).untilAtomic(closed, equalTo(LOOPS + 1));
    }

    /** The thread that reads the answer to a request of a loop. */
    private Thread reader(EventLoop loop) throws Exception {
        CompletableFuture<Thread> reader = new CompletableFuture<>();
        loop.execute(() -> answer().subscribe(reader::complete, reader::completeExceptionally));
        return reader.get(10, TimeUnit.SECONDS);
    }

    private Mono<Thread> answer() {
        return http.get()
                .responseSingle((response, content) -> content.asString().map(text -> Thread.currentThread()));
    }

    private Set<EventLoop> loops() {
        EventLoopGroup group = resources.onClient(true);
        Set<EventLoop> loops = new LinkedHashSet<>();
        for (int i = 0; i < 4 * LOOPS; i++) {
            loops.add((EventLoop) group.next());
        }
        assertThat(loops).hasSize(LOOPS);
        return loops;
    }
}
