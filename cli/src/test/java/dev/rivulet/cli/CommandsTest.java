// SPDX-License-Identifier: Apache-2.0
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
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /** Those that answer with a stream, a script or nothing that a program would read. */
    private static final Set<String> NOT_FOR_PROGRAMS = Set.of("up", "down", "logs", "completion", "simulate");

    private static Stream<CommandLine> leaves(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? Stream.of(command)
                : command.getSubcommands().values().stream().flatMap(CommandsTest::leaves);
    }

    @Test
    void everyCommandWithAnAnswerGivesItToProgramsToo() {
        assertThat(leaves(commands(Map.of())))
                .filteredOn(command -> !NOT_FOR_PROGRAMS.contains(command.getCommandName()))
                .filteredOn(command -> command.getCommandSpec().findOption("--json") == null)
                .extracting(command -> command.getCommandSpec().qualifiedName())
                .isEmpty();
    }

    @Test
    void exitCodesAreWhatTheHelpSays() {
        StringWriter help = new StringWriter();
        commands(Map.of()).setOut(new PrintWriter(help)).execute("--help");
        assertThat(help.toString()).containsPattern("0 +Done").containsPattern("2 +The command was written wrongly");

        assertThat(commands(Map.of()).execute("version")).isZero();
        assertThat(commands(Map.of()).execute("logs", "nobody")).isEqualTo(1);
        assertThat(commands(Map.of())
                        .setErr(new PrintWriter(new StringWriter()))
                        .execute("rollout", "start"))
                .isEqualTo(2);
    }

    @Test
    void aShellCompletesCommandsByTheScript() throws Exception {
        assertThat(commands(Map.of()).execute("completion", "bash")).isZero();
        Path script = Files.writeString(folder.resolve("completion"), out.toString(StandardCharsets.UTF_8));
        Process shell = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source " + script + "; complete -p rivulet; COMP_WORDS=(rivulet rollout st); COMP_CWORD=2;"
                                + " _complete_rivulet; echo \"${COMPREPLY[@]}\"; COMP_WORDS=(rivulet models pull --t);"
                                + " COMP_CWORD=3; _complete_rivulet; echo \"${COMPREPLY[@]}\"")
                .redirectError(ProcessBuilder.Redirect.DISCARD) // outside of readline compopt complains
                .start();

        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines())
                .containsExactly("complete -o default -F _complete_rivulet rivulet", "start status", "--to");
        assertThat(commands(Map.of()).execute("completion", "fish")).isEqualTo(1);
    }

    /** The page is what {@code --help} says: an option without its line fails here. */
    @Test
    void theReferenceOfCommandsIsTheirHelp() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Every command

                What `--help` says of each, made by `CommandsTest`, which fails where this page and the help differ. How to use them:
                [the command line](cli.md).
                """);
        leaves(commands(Map.of()))
                .sorted(Comparator.comparing(command -> command.getCommandSpec().qualifiedName()))
                .forEach(command -> page.append("\n## ")
                        .append(command.getCommandSpec().qualifiedName())
                        .append("\n\n```text\n")
                        .append(command.setUsageHelpWidth(120)
                                .getUsageMessage(CommandLine.Help.Ansi.OFF)
                                .stripTrailing()
                                .lines()
                                .map(String::stripTrailing)
                                .collect(Collectors.joining("\n")))
                        .append("\n```\n"));
        Path made = Files.writeString(Checkout.path().resolve("cli/target/cli-reference.md"), page);
        Path kept = Checkout.path().resolve("docs/cli-reference.md");

        assertThat(Files.exists(kept) ? Files.readString(kept) : "")
                .as("the page is not what the help says: cp " + Checkout.path().relativize(made)
                        + " docs/cli-reference.md")
                .isEqualTo(page.toString());
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
