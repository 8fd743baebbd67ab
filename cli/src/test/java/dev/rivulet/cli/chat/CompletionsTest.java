// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.http.Api;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads streams as the OpenAI interface defines them. */
class CompletionsTest {
    private static final Completions.Question QUESTION =
            new Completions.Question("tiny", List.of(new Completions.Message("user", "Hello")), 8, 0);

    HttpServer server;
    Api api;
    final List<String> pieces = new ArrayList<>();
    volatile String asked = "";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        api = new Api(
                "gateway-service", "http://127.0.0.1:" + server.getAddress().getPort(), "rvk_x");
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
    }

    private void answers(int status, String body) {
        server.createContext("/v1/chat/completions", exchange -> {
            asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private Completions.Ending stream() throws InterruptedException {
        return new Completions(api).stream(QUESTION, pieces::add);
    }

    @Test
    void piecesComeInOrderWithTheUsageAtTheEnd() throws Exception {
        answers(200, """
                data: {"choices":[{"delta":{"role":"assistant","content":""}}]}

                : ping

                data: {"choices":[{"delta":{"content":"Good "}}]}

                data: {"choices":[{"delta":{"content":"day"},"finish_reason":null}]}

                data: {"choices":[{"delta":{},"finish_reason":"stop"}]}

                data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}

                : server-timing decode;dur=1

                data: [DONE]

                """);

        assertThat(stream()).isEqualTo(new Completions.Ending("stop", 7, 2));
        assertThat(pieces).containsExactly("Good ", "day");
        assertThat(asked).contains("\"stream\":true", "\"max_tokens\":8", "\"include_usage\":true");
    }

    @Test
    void anErrorFrameIsAnError() {
        answers(200, """
                data: {"choices":[{"delta":{"content":"Good"}}]}

                data: {"error":{"message":"The replica is gone.","type":"server_error","param":null,"code":"replica_lost"}}

                """);

        assertThatThrownBy(this::stream)
                .isInstanceOf(UsageException.class)
                .hasMessageContainingAll("The replica is gone.", "replica_lost");
    }

    @Test
    void aStreamWithoutEndIsAnError() {
        answers(200, "data: {\"choices\":[{\"delta\":{\"content\":\"Good\"}}]}\n\n");

        assertThatThrownBy(this::stream).hasMessageContaining("broke off");
    }

    @Test
    void aRefusalIsHandedOnInWords() {
        answers(401, "{\"error\":{\"message\":\"The key is unknown.\",\"code\":\"invalid_api_key\"}}");

        assertThatThrownBy(this::stream).hasMessageContainingAll("401", "The key is unknown.");
    }
}
