// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import static org.awaitility.Awaitility.await;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The command in a process of its own, as the launcher runs it, on ports that are free. */
final class RunningUp {
    private static final List<String> PORTS = List.of("KAFKA", "KAFKA_CONTROLLER", "POSTGRES");
    private static final int END_SECONDS = 90;

    private final RivuletHome home;
    private final Process process;
    private final Path output;

    private RunningUp(RivuletHome home, Process process, Path output) {
        this.home = home;
        this.process = process;
        this.output = output;
    }

    static RunningUp start(Path folder, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("up"));
        arguments.addAll(List.of(options));
        return command(folder, arguments.toArray(String[]::new));
    }

    static RunningUp command(Path folder, String... arguments) throws IOException {
        Path above = Objects.requireNonNull(folder.getParent());
        Path output = Files.createTempFile(above, "rivulet", ".out");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-Drivulet.checkout=" + above,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.rivulet.cli.Rivulet"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("RIVULET_HOME", folder.toString());
        builder.environment().put("RIVULET_AOT_CACHE", "off");
        PORTS.forEach(port -> builder.environment().put("RIVULET_" + port + "_PORT", "0"));
        return new RunningUp(new RivuletHome(folder, above), builder.start(), output);
    }

    void awaitReady() {
        await("ready").atMost(Duration.ofMinutes(3)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("It ended:\n" + output());
            }
            return output().contains("Ctrl-C stops");
        });
    }

    int awaitEnd() throws InterruptedException {
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("It did not end within " + END_SECONDS + " s:\n" + output());
        }
        return process.exitValue();
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    void kill() {
        process.destroyForcibly();
    }

    RivuletHome home() {
        return home;
    }

    PartRecord record(Part part) {
        return PartRecord.read(home, part.id()).orElseThrow();
    }

    String url(Part part) {
        return record(part).url();
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Processes that this home started, found by its name in their words or their environment. */
    List<String> survivors() {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            List<String> found = new ArrayList<>();
            for (Path one : processes) {
                String words = text(one.resolve("cmdline"));
                if (!words.isBlank()
                        && (words.contains(home.path().toString())
                                || text(one.resolve("environ")).contains("RIVULET_HOME=" + home.path()))) {
                    found.add(one.getFileName() + " " + words.replace('\0', ' '));
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
