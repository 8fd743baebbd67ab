// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.startup.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * A suite that the benchmarks module measures in a JVM of its own.
 *
 * @param jar the benchmarks' jar
 * @param program its main class
 * @param progress told every figure as it comes
 */
record BenchProgram(Path jar, String program, PrintStream progress) {
    private static final int MOST_LINES = 10_000;

    BenchProgram {
        if (!Files.exists(jar)) {
            throw new UsageException(jar + " is missing: build it with mvn package -pl benchmarks -am -Dquick");
        }
    }

    /** @param options handed on to the program */
    List<BenchLine> run(List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(new Jvm("1g", List.of()).words());
        command.addAll(List.of("-cp", jar.toString(), program, "--json"));
        command.addAll(options);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader told =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            List<BenchLine> lines = read(told);
            if (process.waitFor() != 0) {
                throw new UsageException("The benchmark failed; what it said is above.");
            }
            return lines;
        } finally {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private List<BenchLine> read(BufferedReader told) throws IOException {
        List<BenchLine> lines = new ArrayList<>();
        for (String line = told.readLine(); line != null && lines.size() < MOST_LINES; line = told.readLine()) {
            if (line.startsWith("{")) {
                BenchLine figure = JsonMapper.shared().readValue(line, BenchLine.class);
                lines.add(figure);
                progress.println(figure.work());
            }
        }
        return lines;
    }
}
