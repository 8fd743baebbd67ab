// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.RivuletHome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against a registry that has one dead letter. */
class ReplayCommandTest {

    private static final String ID = "d-0123456789abcdef0123";
    private static final String LETTER = """
            {"id":"d-0123456789abcdef0123","reader":"model-registry-usage","topic":"inference.completion.recorded",
             "partition":3,"offset":7,"key":"k\\u001b[31m","cause":"malformed","reason":"it can't be read","attempts":1,
             "state":"parked"}""";
    private static final String WHOLE = "{\"letter\":" + LETTER + """
            ,"headers":{"ce_id":"e-1"},"stack":"dev.rivulet.reading.PoisonException\\n\\tat Somewhere","payload":{"model":"desk"},
             "waiting_behind":2,"dropped_bytes":2097152,"decision":{"by":"ada","at":"2026-11-26T12:00:00Z","why":"mended"}}""";

    @TempDir
    Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private HttpServer registry;

    @BeforeEach
    void start() throws IOException {
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/api/dead-letters", exchange -> {
            String said = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add((exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + said).strip());
            boolean list = exchange.getRequestURI().getQuery() != null;
            byte[] answer =
                    (list ? "{\"letters\":[" + LETTER + "],\"next\":9}" : WHOLE).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (exchange) {
                exchange.getResponseBody().write(answer);
            }
        });
        registry.start();
    }

    @AfterEach
    void stop() {
        registry.stop(0);
    }

    @Test
    void lettersAreListedForPeopleAndForPrograms() {
        assertThat(run("list", "--topic", "a topic", "--older-than-seconds", "60"))
                .isZero();
        assertThat(asked)
                .containsExactly(
                        "GET /api/dead-letters?limit=100&after=0&older_than_seconds=60&state=parked&topic=a+topic");
        assertThat(printed(out)).contains("CAUSE", ID, "model-registry-usage", "malformed", "it can't be read");
        assertThat(printed(err)).contains("--after 9");
        out.reset();
        assertThat(run("list", "--json")).isZero();
        assertThat(printed(out)).startsWith("{\"id\":\"" + ID).hasLineCount(1);
    }

    @Test
    void aLetterIsShownWithItsReasonAndWithoutTheControlCharactersOfItsKey() {
        assertThat(run("show", ID)).isZero();
        assertThat(asked).containsExactly("GET /api/dead-letters/" + ID);
        assertThat(printed(out))
                .contains(
                        "it can't be read",
                        "ce_id: e-1",
                        "{\"model\":\"desk\"}",
                        "PoisonException",
                        "2 wait",
                        "2097152")
                .contains("by ada at")
                .doesNotContain("\u001b");
    }

    @Test
    void aPayloadIsTakenFromAFileThatIsJson() throws IOException {
        Path file = Files.writeString(folder.resolve("mended.json"), "{\"model\":\"desk\"}");
        assertThat(run("edit", ID, "--payload", file.toString())).isZero();
        assertThat(asked)
                .containsExactly("PUT /api/dead-letters/" + ID + "/payload {\"payload\":{\"model\":\"desk\"}}");
        Files.writeString(file, "no json");
        assertThat(run("edit", ID, "--payload", file.toString())).isOne();
        assertThat(run("edit", ID, "--payload", folder.resolve("none").toString()))
                .isOne();
        assertThat(asked).hasSize(1);
    }

    @Test
    void sendingAndDiscardingSayWhoAndWhy() {
        assertThat(run("send", ID, "--reason", "mended", "--json")).isZero();
        assertThat(run("discard", ID, "--reason", "ours")).isZero();
        assertThat(asked)
                .containsExactly(
                        "POST /api/dead-letters/" + ID + "/replay {\"reason\":\"mended\",\"by\":\"ada\"}",
                        "POST /api/dead-letters/" + ID + "/discard {\"reason\":\"ours\",\"by\":\"ada\"}");
        assertThat(run("discard", ID)).isEqualTo(2);
    }

    private int run(String... arguments) {
        Map<String, String> environment = Map.of(
                "RIVULET_REGISTRY_URL",
                "http://127.0.0.1:" + registry.getAddress().getPort(),
                "USER",
                "ada");
        Context context =
                new Context(new RivuletHome(folder.resolve("home"), folder), environment, stream(out), stream(err));
        CommandLine command = new CommandLine(new ReplayCommand(context));
        command.setErr(new java.io.PrintWriter(err, true, StandardCharsets.UTF_8));
        return command.execute(arguments);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String printed(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
