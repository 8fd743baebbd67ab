// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** A slow reader slows itself alone; one that leaves frees its slot. */
@ExtendWith(OnPlatform.class)
class StalledReadersIT {

    private static final int READERS = 200;
    private static final long GROWTH_MOST = 200L << 20;

    @Test
    void halfOfTheReadersStallAndTheOthersFinishInBoundedMemory(Platform platform) throws Exception {
        new Chat(platform).stream("Good morning", 8);
        long before = resident(platform, "gateway-service") + resident(platform, "inference-service");
        List<Socket> stalled = new ArrayList<>();
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < READERS / 2; i++) {
                stalled.add(open(platform));
            }
            List<Callable<String>> lively = new ArrayList<>();
            for (int i = 0; i < READERS / 2; i++) {
                lively.add(() -> readToEnd(open(platform)));
            }
            for (Future<String> one : readers.invokeAll(lively, 4, TimeUnit.MINUTES)) {
                assertThat(one.get()).startsWith("HTTP/1.1 200").contains("[DONE]");
            }

            assertThat(resident(platform, "gateway-service") + resident(platform, "inference-service") - before)
                    .as("growth of gateway and replica in bytes")
                    .isLessThan(GROWTH_MOST);
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }

        Awaitility.await("all slots free").atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            JsonNode model = replica(platform).path("models").path(0);
            assertThat(model.required("slots_active").asInt()).isZero();
            assertThat(model.required("slots_parked").asInt()).isZero();
            assertThat(model.required("queued").asInt()).isZero();
        });
    }

    /** Opens a stream with the smallest receive buffer and reads nothing. */
    private static Socket open(Platform platform) throws IOException {
        Socket socket = new Socket();
        socket.setOption(StandardSocketOptions.SO_RCVBUF, 2048);
        socket.connect(new InetSocketAddress("127.0.0.1", platform.gateway().getPort()), 5000);
        socket.setSoTimeout(240_000);
        byte[] body = Chat.body("Book Aurora on Monday at 10:30 for two hours and set it to 21 degrees", 200, true)
                .getBytes(StandardCharsets.UTF_8);
        String head = """
                POST /v1/chat/completions HTTP/1.1\r
                host: 127.0.0.1:%d\r
                authorization: Bearer %s\r
                content-type: application/json\r
                content-length: %d\r
                connection: close\r
                \r
                """.formatted(platform.gateway().getPort(), platform.apiKey(), body.length);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
        return socket;
    }

    private static String readToEnd(Socket socket) throws IOException {
        try (socket;
                InputStream in = socket.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static long resident(Platform platform, String part) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(platform.pid(part)), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode replica(Platform platform) throws IOException, InterruptedException {
        URI url = platform.url("INFERENCE").resolve("/internal/replica");
        try (HttpClient http = HttpClient.newHttpClient()) {
            return Platform.JSON.readTree(http.send(
                            HttpRequest.newBuilder(url)
                                    .header("authorization", "Bearer " + platform.internalToken())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body());
        }
    }
}
