// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.federate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.cli.Checkout;
import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.RivuletHome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command on the log of the documentation, and on edits of it. */
class FederateCommandTest {

    private static final Path SAMPLE = Checkout.path().resolve("docs/samples/federation-audit");
    private static final String LOG = SAMPLE.resolve("log.jsonl").toString();
    private static final String KEY = SAMPLE.resolve("key.pem").toString();
    private static final String CHECKPOINT = SAMPLE.resolve("checkpoint.json").toString();

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void theDocumentedLogIsIntactAndShownAsDocumented() throws IOException {
        assertThat(run(LOG, "--key", KEY, "--checkpoint", CHECKPOINT)).isZero();
        assertThat(Files.readString(Checkout.path().resolve("docs/federation-audit.md")))
                .contains(printed(out));
    }

    @Test
    void whatIsNotKnownIsSaid() {
        assertThat(run(LOG)).isZero();
        assertThat(printed(out)).contains("give --key", "give --checkpoint");
    }

    @Test
    void anEditIsShownWithItsLineAndHowItWasFound() throws IOException {
        Path edited = edited(
                Files.readString(Path.of(LOG)).replace("\"epsilonTotal\":\"0.91\"", "\"epsilonTotal\":\"0.51\""));
        assertThat(run(edited.toString())).isEqualTo(3);
        assertThat(printed(out)).contains("✗ edited", "line 5", "found by", "signature", "4 entries");
    }

    @Test
    void programsReadTheSame() throws IOException {
        assertThat(run(LOG, "--json")).isZero();
        assertThat(printed(out)).startsWith("{\"intact\":true,\"federation\":\"ward-assistants\",\"entries\":11,");
        out.reset();
        List<String> lines = Files.readAllLines(Path.of(LOG));
        Path cut = edited(String.join("\n", lines.subList(0, 7)) + "\n");
        assertThat(run(cut.toString(), "--checkpoint", CHECKPOINT, "--json")).isEqualTo(3);
        assertThat(printed(out)).startsWith("{\"intact\":false,\"line\":8,\"check\":\"checkpoint\",");
    }

    @Test
    void whatCantBeCheckedIsSaidWithoutATrace() throws IOException {
        Path nothing = edited("nothing");
        assertThat(run(folder.resolve("away").toString())).isEqualTo(1);
        assertThat(run(LOG, "--key", nothing.toString())).isEqualTo(1);
        assertThat(run(LOG, "--key", folder.resolve("away").toString())).isEqualTo(1);
        assertThat(run(LOG, "--checkpoint", nothing.toString())).isEqualTo(1);
        assertThat(printed(err))
                .contains("away is not there", "no Ed25519 public key", "can't be read", "no checkpoint")
                .doesNotContain("\tat ");
        assertThat(out.size()).isZero();
    }

    private Path edited(String text) throws IOException {
        return Files.writeString(folder.resolve("edited.jsonl"), text);
    }

    private int run(String... arguments) {
        Context context = new Context(
                new RivuletHome(folder.resolve("home"), folder),
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        String[] all = new String[arguments.length + 1];
        all[0] = "verify";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return new CommandLine(new FederateCommand(context))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    context.err().println(failure.getMessage());
                    return 1;
                })
                .execute(all);
    }

    private static String printed(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
