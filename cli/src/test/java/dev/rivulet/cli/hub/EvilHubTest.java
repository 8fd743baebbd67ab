// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub that means harm: an import ends with words, and its token goes nowhere else. */
class EvilHubTest {

    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer hub;
    private HttpServer elsewhere;

    @BeforeEach
    void start() throws IOException {
        hub = listening();
        elsewhere = listening();
        elsewhere.createContext("/", exchange -> {
            String token = exchange.getRequestHeaders().getFirst("authorization");
            tokens.add(token == null ? "none" : token);
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        hub.stop(0);
        elsewhere.stop(0);
    }

    private static HttpServer listening() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return server;
    }

    /** What the hub does with a request. */
    @FunctionalInterface
    private interface Evil {
        void answer(HttpExchange exchange) throws IOException;
    }

    private void evil(Evil evil) {
        hub.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().getPath());
            try (exchange) {
                evil.answer(exchange);
            } catch (IOException e) {
                // The import left.
            }
        });
    }

    private void list() throws Exception {
        Patience none = new Patience(1, Duration.ofSeconds(1), Duration.ofSeconds(1), 1 << 20, _ -> {}, _ -> {});
        URI url = URI.create("http://127.0.0.1:" + hub.getAddress().getPort());
        try (Hub client = new Hub(new HubAddress(url, "hf_secret"), none)) {
            client.list(HubRepository.parse("hf:org/model"));
        }
    }

    private static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().set("location", location);
        exchange.sendResponseHeaders(302, -1);
    }

    @Test
    void anAddressThatLeadsInACircleIsLeft() {
        evil(exchange -> redirect(exchange, exchange.getRequestURI().getPath() + "x"));

        assertThatThrownBy(this::list).isInstanceOf(HubException.class).hasMessageContaining("without end");
        assertThat(asked).hasSize(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "gopher://x/", "", "http:", "::"})
    void anAddressThatIsNoneOfTheWebIsNotFollowed(String location) {
        evil(exchange -> redirect(exchange, location));

        assertThatThrownBy(this::list).isInstanceOf(HubException.class).hasMessageContaining("not followed");
        assertThat(asked).hasSize(1);
    }

    @Test
    void aListWithoutEndIsLeft() {
        byte[] much = "[".repeat(1 << 20).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        evil(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            for (int i = 0; i < 1000; i++) {
                out.write(much);
            }
        });

        assertThatThrownBy(this::list).isInstanceOf(HubException.class).hasMessageContaining("larger than 32 MiB");
    }

    @Test
    void theTokenGoesToNobodyElse() {
        evil(exchange ->
                redirect(exchange, "http://localhost:" + elsewhere.getAddress().getPort() + "/take"));

        assertThatThrownBy(this::list).isInstanceOf(HubException.class);
        assertThat(tokens).containsExactly("none");
    }

    @Test
    void aRealmElsewhereIsNotAsked() {
        evil(exchange -> {
            exchange.getResponseHeaders()
                    .set(
                            "www-authenticate",
                            "Bearer realm=\"http://localhost:"
                                    + elsewhere.getAddress().getPort() + "/token\"");
            exchange.sendResponseHeaders(401, -1);
        });

        assertThatThrownBy(this::list).isInstanceOf(HubException.class).hasMessageContaining("HF_TOKEN");
        assertThat(tokens).isEmpty();
    }
}
