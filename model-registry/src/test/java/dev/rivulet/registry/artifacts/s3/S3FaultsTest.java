// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rivulet.registry.artifacts.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that is busy, silent, gone or breaks off: tried again so often and no more, and told in words. */
class S3FaultsTest {

    private static final int ATTEMPTS = 3;
    private static final byte[] OBJECT = "the bytes of an object".getBytes(US_ASCII);

    @TempDir
    private Path folder;

    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private S3Backend backend;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        backend = open("60s");
    }

    private S3Backend open(String readTimeout) {
        return TestBackends.open(Map.of(
                "endpoint",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "access-key",
                "test",
                "secret-key",
                "secret",
                "read-timeout",
                readTimeout,
                "attempts",
                Integer.toString(ATTEMPTS)));
    }

    @AfterEach
    void stop() {
        end.countDown();
        backend.close();
        server.stop(0);
    }

    /** What the store does with its first, second, … request. */
    @FunctionalInterface
    private interface Store {
        void answer(HttpExchange exchange, int request) throws IOException;
    }

    private void store(Store store) {
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                store.answer(exchange, requests.incrementAndGet());
            }
        });
    }

    private static void busy(HttpExchange exchange) throws IOException {
        byte[] body = "<Error><Code>SlowDown</Code><Message>too many requests</Message></Error>".getBytes(US_ASCII);
        exchange.getResponseHeaders().set("content-type", "application/xml");
        exchange.sendResponseHeaders(503, body.length);
        exchange.getResponseBody().write(body);
    }

    /** The object from the place that was asked for, but at most so many bytes before the connection breaks. */
    private static void serve(HttpExchange exchange, int most) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
        int length = OBJECT.length - from;
        exchange.sendResponseHeaders(range == null ? 200 : 206, length);
        exchange.getResponseBody().write(OBJECT, from, Math.min(most, length));
        exchange.getResponseBody().flush();
    }

    private Path file() throws IOException {
        return Files.write(folder.resolve("file"), OBJECT);
    }

    private byte[] read() throws IOException {
        try (InputStream in = backend.open("aa", 0)) {
            return in.readAllBytes();
        }
    }

    @Test
    void aStoreThatIsBusyForAWhileIsAskedAgain() throws IOException {
        store((exchange, request) -> {
            if (request < ATTEMPTS) {
                busy(exchange);
            } else {
                exchange.sendResponseHeaders(200, -1);
            }
        });

        backend.put("aa", file());

        assertThat(requests.get()).isEqualTo(ATTEMPTS);
    }

    @Test
    void aStoreThatStaysBusyIsGivenUp() throws IOException {
        store((exchange, _) -> busy(exchange));
        Path file = file();

        assertThatThrownBy(() -> backend.put("aa", file))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("The bucket 'rivulet' at http://127.0.0.1")
                .hasMessageEndingWith("answered 503 SlowDown");
        assertThat(requests.get()).isEqualTo(ATTEMPTS);
    }

    @Test
    void aStoreThatIsSilentIsGivenUp() {
        store((_, _) -> awaitEnd());

        try (S3Backend impatient = open("500ms")) {
            assertThatThrownBy(() -> impatient.find("aa"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("can't be reached");
        }
        assertThat(requests.get()).isBetween(1, ATTEMPTS);
    }

    private void awaitEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aStoreThatIsGoneIsToldAsOne() {
        server.stop(0);

        assertThatThrownBy(() -> backend.list("", 10))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("can't be reached");
        assertThatThrownBy(backend::check).hasMessageContaining("can't be reached");
    }

    @Test
    void aDownloadThatBreaksOffGoesOnWhereItStopped() throws IOException {
        store((exchange, request) -> serve(exchange, request < ATTEMPTS ? 5 : OBJECT.length));

        assertThat(read()).isEqualTo(OBJECT);

        assertThat(requests.get()).isEqualTo(ATTEMPTS);
    }

    @Test
    void aDownloadThatBreaksOffAgainAndAgainIsGivenUp() {
        store((exchange, _) -> serve(exchange, 2));

        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broke off " + ATTEMPTS + " times");
        assertThat(requests.get()).isBetween(ATTEMPTS, ATTEMPTS * ATTEMPTS);
    }
}
