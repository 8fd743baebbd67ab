// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.rivulet.cli.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registry says of a comparison and of a rebuild, as lines, as JSON and as an exit code. */
class RebuildCommandTest {
    private static final String SMUGGLED = "only in the catalogue: model_alias {\\\"alias\\\": \\\"x\\\"}";

    @TempDir
    Path folder;

    private Terminal terminal;
    private String differences = "";

    @BeforeEach
    void start() throws IOException {
        terminal = new Terminal(folder, this::answer);
    }

    @AfterEach
    void stop() {
        terminal.close();
    }

    private void answer(HttpExchange exchange, String asked) throws IOException {
        String compared =
                "{\"events\":7,\"identical\":" + differences.isEmpty() + ",\"differences\":[" + differences + "]}";
        if (asked.startsWith("GET /api/catalog/replay")) {
            Terminal.reply(exchange, 200, compared);
        } else if (asked.startsWith("POST /api/catalog/rebuild")) {
            Terminal.reply(
                    exchange,
                    200,
                    "{\"identical\":" + differences.isEmpty() + ",\"mended\":[" + differences
                            + "],\"after\":{\"events\":7,\"identical\":true,\"differences\":[]}}");
        } else if (asked.startsWith("POST /api/rollouts/projections/rebuild")) {
            Terminal.reply(exchange, 200, "{\"events\":9,\"rollouts\":2,\"identical\":true}");
        } else {
            Terminal.reply(exchange, 404, "{}");
        }
    }

    @Test
    void whatIsAsTheEventsSayIsSaidAndTheExitCodeIsZero() {
        assertThat(terminal.run("models", "rebuild")).isZero();
        assertThat(terminal.out())
                .contains("catalogue made anew from 7 changes, every row the same")
                .contains("rollouts made anew from 9 events, the same bytes as before");

        assertThat(terminal.run("models", "rebuild", "--json")).isZero();
        assertThat(terminal.out())
                .startsWith("{\"catalog\":{\"identical\":true")
                .hasLineCount(1);
    }

    @Test
    void rowsThatWereNotAsTheEventsSayAreNamedAndTheExitCodeIsThree() {
        differences = "\"" + SMUGGLED + "\"";
        assertThat(terminal.run("models", "rebuild")).isEqualTo(3);
        assertThat(terminal.out()).contains("only in the catalogue: model_alias {\"alias\": \"x\"}");
    }

    @Test
    void aCheckChangesNothing() {
        differences = "\"" + SMUGGLED + "\"";
        assertThat(terminal.run("models", "rebuild", "--check")).isEqualTo(3);
        assertThat(terminal.out()).contains("compared with 7 changes").contains("model_alias");
        assertThat(terminal.run("models", "rebuild", "--check", "--json")).isEqualTo(3);
        assertThat(terminal.asked).allMatch(line -> line.startsWith("GET "));
    }
}
