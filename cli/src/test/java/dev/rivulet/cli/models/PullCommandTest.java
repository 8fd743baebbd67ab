// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.rivulet.cli.Terminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files out of a registry whose connections may break, and that may list what it should not. */
class PullCommandTest {
    private static final byte[] WEIGHTS = "w".repeat(300_000).getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private Terminal terminal;
    private String path = "deep/model.safetensors";
    private byte[] sent = WEIGHTS;
    private int breakAfter = Integer.MAX_VALUE;
    private String digest = "";

    @BeforeEach
    void start() throws Exception {
        digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(WEIGHTS));
        terminal = new Terminal(folder, this::answer);
    }

    @AfterEach
    void stop() {
        terminal.close();
    }

    private void answer(HttpExchange exchange, String asked) throws IOException {
        if (asked.startsWith("DELETE")) {
            boolean held = asked.endsWith("/held");
            Terminal.reply(exchange, held ? 409 : 204, held ? "{\"detail\":\"the alias champion needs it\"}" : "");
        } else if (asked.startsWith("GET /api/models/")) {
            Terminal.reply(
                    exchange,
                    200,
                    "{\"name\":\"desk\",\"aliases\":{\"champion\":\"2\"},\"versions\":[{\"version\":\"2\",\"files\":[{\"path\":\""
                            + path + "\",\"sha256\":\"" + digest + "\",\"size\":" + WEIGHTS.length + "}]}]}");
        } else {
            blob(exchange);
        }
    }

    private void blob(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, sent.length - from);
        int end = (int) Math.min(sent.length, from + (long) breakAfter);
        exchange.getResponseBody().write(Arrays.copyOfRange(sent, from, end));
        exchange.getResponseBody().flush();
    }

    private Path to() {
        return folder.resolve("out");
    }

    private int pull(String what) {
        return terminal.run("models", "pull", what, "--to", to().toString());
    }

    @Test
    void theChampionsFilesComeIntoAFolderAndASecondPullTakesNone() throws IOException {
        assertThat(pull("desk")).isZero();
        assertThat(to().resolve(path)).hasBinaryContent(WEIGHTS);
        assertThat(terminal.out()).contains("✓ desk version 2, 1 files");

        terminal.asked.clear();
        assertThat(terminal.run("models", "pull", "desk@2", "--to", to().toString(), "--json"))
                .isZero();
        assertThat(terminal.out())
                .startsWith("{\"model\":\"desk\",\"version\":\"2\"")
                .hasLineCount(1);
        assertThat(terminal.asked).noneMatch(line -> line.contains("blobs"));
    }

    @Test
    void aBrokenConnectionGoesOnWhereItEnded() throws IOException {
        breakAfter = 200_000;
        assertThat(pull("desk@champion")).isZero();
        assertThat(to().resolve(path)).hasBinaryContent(WEIGHTS);
        assertThat(terminal.asked).filteredOn(line -> line.contains("blobs")).hasSize(2);
        assertThat(terminal.err()).contains("again in");
    }

    @Test
    void bytesWithAnotherDigestAreThrownAway() {
        sent = "x".repeat(WEIGHTS.length).getBytes(StandardCharsets.UTF_8);
        assertThat(pull("desk")).isOne();
        assertThat(terminal.err()).contains("their digest differs");
        assertThat(to().resolve("deep")).isEmptyDirectory();
    }

    @Test
    void aFileThatIsThereWithOtherBytesIsNotWrittenOver() throws IOException {
        Files.createDirectories(to().resolve("deep"));
        Files.writeString(to().resolve(path), "mine");
        assertThat(pull("desk")).isOne();
        assertThat(terminal.err()).contains("is there with other bytes");
        assertThat(to().resolve(path)).hasContent("mine");
    }

    @Test
    void aPathThatLeadsOutOfTheFolderIsRefused() {
        path = "../../escaped";
        assertThat(pull("desk")).isOne();
        assertThat(terminal.err()).contains("would lie outside");
        assertThat(folder.resolve("../escaped")).doesNotExist();
    }

    @Test
    void versionsThatAreNotThereAndNamesThatAreNoneAreSaidInWords() {
        assertThat(pull("desk@9")).isOne();
        assertThat(terminal.err()).contains("no version and no alias 9", "./rivulet models show desk");
        assertThat(pull("../desk")).isOne();
        assertThat(terminal.err()).contains("MODEL@VERSION");
    }

    @Test
    void aVersionIsRemovedAndWhatIsNeededIsRefusedInTheRegistrysWords() {
        assertThat(terminal.run("models", "rm", "desk@1")).isZero();
        assertThat(terminal.asked).last().isEqualTo("DELETE /api/models/desk/versions/1");
        assertThat(terminal.run("models", "rm", "desk")).isZero();
        assertThat(terminal.asked).last().isEqualTo("DELETE /api/models/desk");
        assertThat(terminal.run("models", "rm", "desk@held")).isOne();
        assertThat(terminal.err()).contains("409", "the alias champion needs it");
    }
}
