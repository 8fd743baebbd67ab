// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rivulet.console.StubGateway;
import dev.rivulet.console.TestConsole;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GatewayRelayTest {

    private static final String QUESTION = "{\"model\":\"building-chat\",\"messages\":[],\"stream\":true}";
    private static StubGateway gateway;
    private static TestConsole console;
    private static HttpClient client;

    @BeforeAll
    static void start() {
        gateway = new StubGateway();
        console = TestConsole.before(gateway, "rivulet.console.gateway.max-body", "4KB");
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void stop() {
        client.shutdownNow();
        console.close();
        gateway.close();
    }

    private static HttpRequest chat(String body) {
        return HttpRequest.newBuilder(URI.create(console.url() + "/api/chat"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static CompletableFuture<HttpResponse<InputStream>> ask(String body) {
        return client.sendAsync(chat(body), HttpResponse.BodyHandlers.ofInputStream());
    }

    private static String body(HttpResponse<InputStream> response) throws IOException {
        return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void passesEveryTokenOnBeforeTheNextIsThere() throws Exception {
        CompletableFuture<HttpResponse<InputStream>> asked = ask(QUESTION);
        StubGateway.Chat chat = gateway.next();
        chat.token("one");
        HttpResponse<InputStream> response = asked.get(60, TimeUnit.SECONDS);
        BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));

        assertThat(lines.readLine()).contains("one");
        chat.token("two");
        assertThat(lines.readLine()).isEmpty();
        assertThat(lines.readLine()).contains("two");
        chat.done(2);
        assertThat(lines.lines().toList())
                .contains("data: [DONE]", ": server-timing-gateway ingress;dur=0.4, auth;dur=0.1");
        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream");
        assertThat(response.headers().firstValue("x-request-id")).hasValue("0191-test");
    }

    @Test
    void sendsItsOwnKeyAndTheQuestionAsItCame() throws Exception {
        CompletableFuture<HttpResponse<InputStream>> asked = ask(QUESTION);
        StubGateway.Chat chat = gateway.next();
        chat.done(0);

        assertThat(chat.header("authorization")).isEqualTo("Bearer rvk_of-the-console");
        assertThat(chat.body()).isEqualTo(QUESTION);
        HttpResponse<InputStream> response = asked.get(60, TimeUnit.SECONDS);
        assertThat(body(response)).doesNotContain("rvk_");
        assertThat(response.headers().toString()).doesNotContain("rvk_");
    }

    @Test
    void leavesTheGatewayWhenTheBrowserLeaves() throws Exception {
        CompletableFuture<HttpResponse<InputStream>> asked = ask(QUESTION);
        StubGateway.Chat chat = gateway.next();
        chat.token("one");

        asked.get(60, TimeUnit.SECONDS).body().close();

        await().atMost(20, TimeUnit.SECONDS).until(chat::left);
    }

    @Test
    void refusesAChatThatIsTooLargeWithoutAskingTheGateway() throws Exception {
        HttpResponse<InputStream> response = ask("x".repeat(5000)).get(60, TimeUnit.SECONDS);

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(body(response)).contains("\"code\":\"request_too_large\"", "\"param\":null");
    }

    @Test
    void explainsAnEmptyRequest() throws Exception {
        HttpResponse<InputStream> response = ask("").get(60, TimeUnit.SECONDS);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(body(response)).contains("\"code\":\"invalid_json\"");
    }

    @Test
    void answersToNoNameThatAForeignPageMadePointHere() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", console.port())) {
            String request = "GET /api/models HTTP/1.1\r\nHost: rebound.example:7101\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).startsWith("HTTP/1.1 403").doesNotContain("building-chat");
        }
    }

    @Test
    void listsTheModelsOfTheGateway() throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(URI.create(console.url() + "/api/models"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(response.body()).contains("building-chat");
    }

    @Test
    void explainsAGatewayThatIsNotThere() throws Exception {
        try (StubGateway gone = new StubGateway()) {
            gone.close();
            try (TestConsole lonely = TestConsole.before(gone)) {
                HttpResponse<String> response = client.send(
                        HttpRequest.newBuilder(URI.create(lonely.url() + "/api/models"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

                assertThat(response.statusCode()).isEqualTo(502);
                assertThat(response.body()).contains("The gateway does not answer");
            }
        }
    }
}
