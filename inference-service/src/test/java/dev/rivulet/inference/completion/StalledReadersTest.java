// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.inference.Replica;
import dev.rivulet.inference.admission.AdmissionGate;
import dev.rivulet.inference.scheduling.Occupancy;
import dev.rivulet.testsupport.FakeDecoderRunner.Watcher;
import dev.rivulet.testsupport.FakeLanguageModel;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Readers that stop reading and readers that leave, on real sockets with small windows. */
class StalledReadersTest {

    private static final int READERS = 200;
    private static final long MEGABYTE = 1 << 20;

    /** So that 700 tokens are 170 kB, more than the buffers of a socket, however fast they come. */
    private static final String ONE_TOKEN_A_CHUNK = "rivulet.completion.outbox-characters=1";

    private static final String BODY = """
            {"model":"fake","stream":true,"max_tokens":700,"messages":[{"role":"user","content":"reader %d"}]}""";

    /** A model whose answers go on to their limit. */
    private static FakeLanguageModel talkative(int slots, Watcher watcher) {
        return new FakeLanguageModel(new EngineOptions(slots, 2048, 1, 64), 0, watcher);
    }

    @Test
    void halfOfTwoHundredReadersStallAndTheOtherHalfFinishes() throws Exception {
        try (Replica replica = Replica.start(ONE_TOKEN_A_CHUNK, "rivulet.execution.parked-keep=100ms");
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            replica.serving(Replica.MODEL, "1", talkative(8, Watcher.NONE));
            long before = memory();
            List<Socket> stalled = new ArrayList<>();
            List<Future<String>> reading = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                Socket socket = ask(replica.port(), BODY.formatted(i));
                if (i % 2 == 0) {
                    stalled.add(socket);
                } else {
                    reading.add(pool.submit(() -> readAll(socket)));
                }
            }
            for (Future<String> answer : reading) {
                assertThat(answer.get())
                        .contains("\"finish_reason\":\"length\"")
                        .contains("data: [DONE]");
            }
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> assertThat(occupancy(replica).waiting()).isZero());
            Occupancy parked = occupancy(replica);
            assertThat(parked.active()).isZero();
            assertThat(parked.parked()).isEqualTo(READERS / 2);
            assertThat(memory() - before)
                    .as("bytes that 100 stalled readers cost")
                    .isLessThan(48 * MEGABYTE);
            for (Socket socket : stalled) {
                socket.close();
            }
            assertEmpty(replica);
        }
    }

    @Test
    void aReaderThatComesBackGetsTheSameAnswerAsOneThatNeverStalled() throws Exception {
        try (Replica replica = Replica.start(ONE_TOKEN_A_CHUNK, "rivulet.execution.parked-keep=10ms");
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            replica.serving(Replica.MODEL, "1", talkative(1, Watcher.NONE));
            String straight = content(pool.submit(() -> readAll(ask(replica.port(), BODY.formatted(7))))
                    .get());
            Socket slow = ask(replica.port(), BODY.formatted(7));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> occupancy(replica).parked() == 1);
            String other = pool.submit(() -> readAll(ask(replica.port(), BODY.formatted(8))))
                    .get();
            assertThat(other).contains("data: [DONE]");
            assertThat(content(readAll(slow))).isEqualTo(straight).hasSize(700);
            assertEmpty(replica);
        }
    }

    @Test
    void aReaderThatLeavesFreesItsSlotInEveryPhase() throws Exception {
        AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(1));
        Watcher held = step -> awaitLatch(gate.get());
        try (Replica replica = Replica.start()) {
            gate.get().countDown();
            replica.serving(Replica.MODEL, "1", talkative(1, held));
            gate.set(new CountDownLatch(1));
            Socket prefilling = ask(replica.port(), BODY.formatted(1));
            Socket queued = ask(replica.port(), BODY.formatted(2));
            Socket whole = ask(replica.port(), BODY.formatted(3).replace("\"stream\":true,", ""));
            await().until(() -> replica.models().sequences() == 3);
            prefilling.close();
            queued.close();
            whole.close();
            await().until(() -> replica.bean(AdmissionGate.class).inside() == 0);
            gate.get().countDown();
            assertEmpty(replica);
            Socket decoding = ask(replica.port(), BODY.formatted(4));
            assertThat(decoding.getInputStream().read()).isNotNegative();
            decoding.close();
            assertEmpty(replica);
        }
    }

    @Test
    void aSilentStreamGetsPings() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
        try (Replica replica = Replica.start("rivulet.completion.ping=100ms")) {
            replica.serving(Replica.MODEL, "1", talkative(1, step -> awaitLatch(gate.get())));
            gate.set(held);
            Socket socket = ask(replica.port(), BODY.formatted(1).replace("700", "3"));
            InputStream in = socket.getInputStream();
            StringBuilder text = new StringBuilder();
            while (text.indexOf(": ping\n\n") < 0) {
                text.append((char) in.read());
            }
            held.countDown();
            assertThat(readAll(socket)).contains("data: [DONE]");
        }
    }

    /** Heap after a collection, and direct buffers. */
    private static long memory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return runtime.totalMemory() - runtime.freeMemory() + direct + PlatformDependent.usedDirectMemory();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Occupancy occupancy(Replica replica) {
        return replica.models().find(Replica.MODEL).orElseThrow().load().occupancy();
    }

    private static void assertEmpty(Replica replica) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(replica.models().sequences()).isZero();
            assertThat(replica.bean(AdmissionGate.class).inside()).isZero();
            assertThat(occupancy(replica).active()).isZero();
        });
    }

    private static Socket ask(int port, String body) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Connection: close\r\nContent-Length: " + bytes.length + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        return socket;
    }

    private static String readAll(Socket socket) throws IOException {
        try (socket) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException e) {
            throw new IOException("the replica reset the connection", e);
        }
    }

    private static String content(String stream) {
        StringBuilder text = new StringBuilder();
        java.util.regex.Matcher matcher = java.util.regex.Pattern.compile("\"delta\":\\{\"content\":\"([^\"]*)\"")
                .matcher(stream);
        while (matcher.find()) {
            text.append(matcher.group(1));
        }
        return text.toString();
    }
}
