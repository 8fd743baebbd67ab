// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.RivuletHome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against a gateway that answers as the real one does and tells what it was asked. */
class KeysCommandTest {

    private static final String DESK =
            "{\"id\":\"abcdefghij12\",\"name\":\"desk\",\"status\":\"active\",\"scopes\":[\"inference\"],"
                    + "\"priority\":\"low\",\"limits\":{\"requests_per_minute\":60,\"tokens_per_minute\":0,\"tokens_per_day\":0}";

    @TempDir
    Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aNewKeyStandsAloneOnTheStandardOutput() {
        assertThat(run("create", "desk", "--requests-per-minute", "60", "--priority", "low", "--expires-in-days", "2"))
                .isZero();
        assertThat(printed(out)).isEqualTo("rvl_abcdefghij12_secret\n");
        assertThat(printed(err)).contains("desk", "not shown again");
        assertThat(asked)
                .singleElement()
                .asString()
                .startsWith("POST /admin/keys {")
                .contains("\"name\":\"desk\"", "\"requests_per_minute\":60", "\"expires_in_seconds\":172800");
    }

    @Test
    void keysAreListedForPeopleAndForPrograms() {
        assertThat(run("list")).isZero();
        assertThat(printed(out)).contains("NAME", "desk", "active", "60 requests per minute");
        out.reset();
        assertThat(run("list", "--json")).isZero();
        assertThat(printed(out)).startsWith("{\"id\":\"abcdefghij12\"").doesNotContain("NAME");
    }

    @Test
    void aKeyIsRotatedAndRevokedByItsName() {
        assertThat(run("rotate", "desk", "--grace-minutes", "5")).isZero();
        assertThat(printed(out)).isEqualTo("rvl_abcdefghij12_secret\n");
        assertThat(run("revoke", "desk")).isZero();
        assertThat(asked)
                .contains(
                        "POST /admin/keys/abcdefghij12/rotate {\"grace_seconds\":300}",
                        "DELETE /admin/keys/abcdefghij12 {}");
    }

    @Test
    void whatTheGatewayRefusesIsSaidInItsWords() {
        assertThat(run("revoke", "nobody")).isEqualTo(1);
        assertThat(printed(err))
                .contains("404", "There is no API key with this id")
                .doesNotContain("Exception");
    }

    private int run(String... arguments) {
        Context context = new Context(
                new RivuletHome(folder.resolve("home"), folder),
                Map.of(
                        "RIVULET_URL",
                        "http://127.0.0.1:" + server.getAddress().getPort(),
                        "RIVULET_API_KEY",
                        "rvk_admin"),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new CommandLine(new KeysCommand(context))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    context.err().println(failure.getMessage());
                    return 1;
                })
                .execute(arguments);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean known = "Bearer rvk_admin".equals(exchange.getRequestHeaders().getFirst("authorization"));
        if (method.equals("GET")) {
            reply(exchange, known ? 200 : 401, "{\"keys\":[" + DESK + "}]}");
            return;
        }
        asked.add(method + " " + path + " " + body);
        if (path.endsWith("/nobody")) {
            reply(exchange, 404, "{\"detail\":\"There is no API key with this id.\"}");
        } else {
            reply(exchange, 200, DESK + (method.equals("POST") ? ",\"key\":\"rvl_abcdefghij12_secret\"}" : "}"));
        }
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String printed(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
