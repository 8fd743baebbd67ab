// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.controls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rivulet.console.TestConsole;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A console in front of a registry that says what it was asked. */
@Timeout(60)
class ControlRelayTest {

    private static final CopyOnWriteArrayList<String> ASKED = new CopyOnWriteArrayList<>();
    private static volatile String answer = "{}";
    private static volatile int status = 200;
    private static HttpServer registry;
    private static TestConsole console;
    private static HttpClient client;

    @BeforeAll
    static void start() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/api/", ControlRelayTest::answer);
        registry.start();
        console = TestConsole.start(
                "rivulet.console.services.urls.model-registry",
                "http://127.0.0.1:" + registry.getAddress().getPort(),
                "rivulet.console.services.urls.federation-service",
                "http://127.0.0.1:" + portOfNobody(),
                "rivulet.console.services.token",
                "the-token",
                "rivulet.console.controls.watch-every",
                "20ms",
                "rivulet.console.controls.max-body",
                "4KB");
        client = HttpClient.newHttpClient();
    }

    private static int portOfNobody() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return closed.getLocalPort();
        }
    }

    @AfterAll
    static void stop() {
        client.shutdownNow();
        console.close();
        registry.stop(0);
    }

    @BeforeEach
    void forget() {
        ASKED.clear();
        answer = "{}";
        status = 200;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        ASKED.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Authorization") + " "
                + exchange.getRequestHeaders().getFirst("From") + " "
                + exchange.getRequestHeaders().getFirst("Cookie") + " " + body);
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Set-Cookie", "of-the-registry=1");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(console.url() + path)).header("Cookie", "of-the-browser=1");
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Without what a page that watches still reads. */
    private static List<String> changes() {
        return ASKED.stream().filter(asked -> !asked.startsWith("GET ")).toList();
    }

    @Test
    void handsARequestOnWithItsOwnTokenAndTheAnswerBack() throws Exception {
        status = 409;
        answer = "{\"detail\":\"Another rollout goes on.\"}";

        HttpResponse<String> response = send(request("/api/registry/rollouts?limit=3")
                .header("From", "somebody else")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"m\"}")));

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body()).isEqualTo(answer);
        assertThat(changes())
                .containsExactly("POST /api/rollouts?limit=3 Bearer the-token null null {\"model\":\"m\"}");
        assertThat(response.headers().map()).doesNotContainKey("set-cookie");
    }

    @Test
    void asksNothingThatIsNotOnTheList() throws Exception {
        HttpResponse<String> response =
                send(request("/api/registry/artifacts/collection").POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("nothing that the console passes on");
        assertThat(changes()).isEmpty();
    }

    @Test
    void changesNothingForAnotherSitesPage() throws Exception {
        HttpResponse<String> response = send(request("/api/registry/rollouts/r/abort")
                .header("Origin", "http://elsewhere.example")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(changes()).isEmpty();
    }

    @Test
    void refusesABodyThatIsTooLarge() throws Exception {
        HttpResponse<String> response =
                send(request("/api/registry/models").POST(HttpRequest.BodyPublishers.ofString("x".repeat(5000))));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(changes()).isEmpty();
    }

    @Test
    void explainsAServiceThatIsNotThere() throws Exception {
        HttpResponse<String> response = send(request("/api/federation/federations"));

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("does not answer");
    }

    @Test
    void tellsAWatcherWhatChangedAndThatItLooked() throws Exception {
        answer = "[1]";
        HttpResponse<InputStream> response = client.send(
                request("/api/watch?path=registry/models").build(), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            assertThat(nextData(lines))
                    .isEqualTo("changed {\"path\":\"registry/models\",\"status\":200,\"body\":\"[1]\"}");
            assertThat(nextData(lines)).isEqualTo("looked ");
            answer = "[2]";
            assertThat(lines.lines()
                            .dropWhile(line -> !line.startsWith("data:{"))
                            .findFirst())
                    .hasValue("data:{\"path\":\"registry/models\",\"status\":200,\"body\":\"[2]\"}");
        }
    }

    private static String nextData(BufferedReader lines) throws IOException {
        String event = lines.readLine();
        String data = lines.readLine();
        lines.readLine();
        return event.substring("event:".length()) + " " + data.substring("data:".length());
    }

    @Test
    void watchesNothingThatIsNotOnTheListAndNotTooMuch() throws Exception {
        assertThat(send(request("/api/watch?path=registry/audit")).statusCode()).isEqualTo(404);
        assertThat(send(request("/api/watch?" + "path=registry/models&".repeat(9)))
                        .statusCode())
                .isEqualTo(400);
        assertThat(ASKED).noneMatch(asked -> asked.contains("audit"));
    }
}
