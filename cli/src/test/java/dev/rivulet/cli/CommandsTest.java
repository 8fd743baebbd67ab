package dev.rivulet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.cli.home.RivuletHome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands as a whole: all are there, all teach, all fail in words. */
class CommandsTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private CommandLine commands(Map<String, String> environment) {
        Path home = folder.resolve("home");
        return Rivulet.commands(new Context(
                new RivuletHome(home, folder),
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)));
    }

    @Test
    void theLauncherKnowsTheSameCommands() throws IOException {
        String script = Files.readString(Checkout.path().resolve("rivulet"));
        String line = script.lines()
                .filter(text -> text.startsWith("commands='"))
                .findFirst()
                .orElseThrow();
        Set<String> launcher = new HashSet<>(
                List.of(line.substring("commands='".length(), line.length() - 1).split(" ")));

        Set<String> ours = new HashSet<>(commands(Map.of()).getSubcommands().keySet());
        ours.addAll(List.of("test", "help"));

        assertThat(ours).isEqualTo(launcher);
    }

    @Test
    void everyCommandTeaches() {
        for (String name : commands(Map.of()).getSubcommands().keySet()) {
            StringWriter help = new StringWriter();
            int exit = commands(Map.of()).setOut(new PrintWriter(help)).execute(name, "--help");

            assertThat(exit).as(name).isZero();
            assertThat(help.toString()).as(name).contains("Usage: rivulet " + name);
        }
    }

    @Test
    void upTeachesEverySetting() {
        StringWriter help = new StringWriter();
        commands(Map.of()).setOut(new PrintWriter(help)).execute("up", "--help");

        assertThat(help.toString())
                .contains("RIVULET_GATEWAY_PORT", "kafka.controller-port", "RIVULET_AOT_CACHE", "gateway.heap");
    }

    @Test
    void envWithoutAKeySaysHowToGetOne() {
        assertThat(commands(Map.of()).execute("env")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("./rivulet up")
                .doesNotContain("Exception");
        assertThat(out.size()).isZero();
    }

    @Test
    void envIsReadByAShellAsItIsMeant() throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.writeString(home.resolve("api-key"), "rvk_it's $HOME `x`");
        assertThat(commands(Map.of("RIVULET_GATEWAY_PORT", "7999")).execute("env"))
                .isZero();

        Process shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        out.toString(StandardCharsets.UTF_8)
                                + "\nprintf '%s|%s|%s|%s' \"$RIVULET_URL\" \"$RIVULET_API_KEY\" \"$OPENAI_BASE_URL\""
                                + " \"$OPENAI_API_KEY\"")
                .start();

        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("http://127.0.0.1:7999|rvk_it's $HOME `x`|http://127.0.0.1:7999/v1|rvk_it's $HOME `x`");
    }

    @Test
    void aRequestToAServiceThatIsAwaySaysWhatToDo() throws Exception {
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.writeString(home.resolve("api-key"), "rvk_x");
        try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
            String port = Integer.toString(free.getLocalPort());
            free.close();
            int exit = commands(Map.of("RIVULET_GATEWAY_PORT", port)).execute("chat", "Hello");

            assertThat(exit).isEqualTo(1);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .contains("gateway-service", port, "./rivulet status")
                    .doesNotContain("\tat ");
        }
    }
}
