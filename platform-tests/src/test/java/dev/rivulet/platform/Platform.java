// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code ./rivulet up} in a home of its own on free ports. The process is the launcher that a stranger runs; nothing of it is
 * replaced.
 */
final class Platform implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.builder().build();
    static final String MODEL = "rivulet-assistant";

    private static final Duration UP = Duration.ofMinutes(8);
    private static final List<String> PORTS = List.of(
            "GATEWAY",
            "CONSOLE",
            "REGISTRY",
            "INFERENCE",
            "CONFIG",
            "FEDERATION",
            "POSTGRES",
            "KAFKA",
            "KAFKA_CONTROLLER");

    private final Path home;
    private final Map<String, String> environment;
    private Process process;
    private Path output;

    private Platform(Path home, Map<String, String> environment) {
        this.home = home;
        this.environment = environment;
        this.output = home.resolve("up-0.out");
        this.process = launch();
    }

    /** Starts the platform and waits until it says it is up. */
    static Platform start(Path home) {
        Platform platform = new Platform(home, environment(home));
        platform.awaitUp();
        return platform;
    }

    private static Map<String, String> environment(Path home) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("RIVULET_HOME", home.toString());
        environment.put("RIVULET_BUILD", "never");
        environment.put("RIVULET_AOT_CACHE", "off");
        // A busy machine takes longer than a user would wait.
        environment.put("RIVULET_START_TIMEOUT_SECONDS", "480");
        List<Integer> ports = freePorts(PORTS.size());
        for (int i = 0; i < PORTS.size(); i++) {
            environment.put("RIVULET_" + PORTS.get(i) + "_PORT", ports.get(i).toString());
        }
        return environment;
    }

    private static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            sockets.forEach(Platform::closeQuietly);
        }
    }

    private static void closeQuietly(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() {
        try {
            return command("up")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitUp() {
        Awaitility.await("rivulet up")
                .atMost(UP)
                .pollInterval(Duration.ofMillis(250))
                .failFast(this::assertRunning)
                .until(() -> output().contains("curl "));
    }

    private void assertRunning() {
        assertThat(process.isAlive()).as(() -> "rivulet up ended:\n" + output()).isTrue();
    }

    /** A command of the launcher in this platform's environment, such as {@code status --json}. */
    ProcessBuilder command(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(repository().resolve("rivulet").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(repository().toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    /** Runs a command to its end; its output and exit status. */
    Finished run(String... arguments) {
        return run(Duration.ofMinutes(3), arguments);
    }

    /** The same, for a command that may take longer than others. */
    Finished run(Duration atMost, String... arguments) {
        return Finished.of(command(arguments), atMost);
    }

    /** Stops it as Ctrl-C does, and waits. */
    void interrupt() {
        Finished.of(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())), Duration.ofSeconds(10));
        awaitExit();
    }

    /** Starts it again on the same home and ports. */
    Duration startAgain() {
        output = home.resolve("up-" + System.nanoTime() + ".out");
        Instant begin = Instant.now();
        process = launch();
        awaitUp();
        return Duration.between(begin, Instant.now());
    }

    private void awaitExit() {
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS))
                    .as(() -> "stopped in 90 s:\n" + output())
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String output() {
        try {
            return Files.exists(output) ? Files.readString(output) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url(String part) {
        return URI.create("http://127.0.0.1:" + environment.get("RIVULET_" + part + "_PORT"));
    }

    URI gateway() {
        return url("GATEWAY");
    }

    String apiKey() {
        return read("api-key");
    }

    String internalToken() {
        return read("internal-token");
    }

    private String read(String file) {
        try {
            return Files.readString(home.resolve(file)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path home() {
        return home;
    }

    /** What {@code ./rivulet status --json} says of each part. */
    JsonNode status() {
        return JSON.readTree(run("status", "--json").output());
    }

    /** The process id of a part. */
    long pid(String part) {
        for (JsonNode one : status().path("parts")) {
            if (one.path("name").asString().equals(part)) {
                return one.path("pid").asLong();
            }
        }
        throw new IllegalStateException("status knows no part " + part + ": " + status());
    }

    void kill9(String part) {
        ProcessHandle.of(pid(part)).orElseThrow().destroyForcibly();
    }

    /** Processes whose command line or environment names this home: what must be gone after a stop. */
    List<String> survivors() {
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            List<String> found = new ArrayList<>();
            for (Path one : processes) {
                String commandLine = procText(one.resolve("cmdline"));
                boolean ours = commandLine.contains(home.toString())
                        || procText(one.resolve("environ")).contains("RIVULET_HOME=" + home);
                if (ours && !commandLine.isBlank()) {
                    found.add(one.getFileName() + " " + commandLine.replace('\0', ' '));
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String procText(Path file) {
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("platform-tests"))) {
            folder = folder.getParent();
        }
        return Objects.requireNonNull(folder, "run inside the repository");
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            interrupt();
        }
    }
}
