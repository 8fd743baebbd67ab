// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What threads give to a connection, one after the other. */
class OutletTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final EventLoop loop = new DefaultEventLoop();
    private final LocalChannel channel = new LocalChannel();
    private final List<String> run = new CopyOnWriteArrayList<>();
    private Outlet outlet;

    @BeforeEach
    void register() {
        channel.pipeline().addLast(new Outlet.Pace());
        loop.register(channel).syncUninterruptibly();
        outlet = Outlet.of(channel);
    }

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void whatOtherThreadsGaveBeforeIsRunBefore() {
        loop.execute(() -> {
            onAnotherThread(() -> outlet.run(() -> run.add("first")));
            outlet.run(() -> run.add("second"));
            outlet.run(() -> run.add("third"));
        });

        await().atMost(PATIENCE).until(() -> run.size() == 3);
        assertThat(run).containsExactly("first", "second", "third");
    }

    @Test
    void whoIsOnTheThreadAndFindsNobodyWaitingIsNotKeptWaiting() {
        loop.execute(() -> {
            outlet.run(() -> run.add("within"));
            run.add("after");
        });
        await().atMost(PATIENCE).until(() -> run.size() == 2);
        onAnotherThread(() -> outlet.run(() -> run.add("handed over")));
        await().atMost(PATIENCE).until(() -> run.size() == 3);

        loop.execute(() -> {
            outlet.run(() -> run.add("within again"));
            run.add("after it");
        });

        await().atMost(PATIENCE).until(() -> run.size() == 5);
        assertThat(run).containsExactly("within", "after", "handed over", "within again", "after it");
    }

    private static void onAnotherThread(Runnable work) {
        Thread other = Thread.ofPlatform().start(work);
        try {
            other.join(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
