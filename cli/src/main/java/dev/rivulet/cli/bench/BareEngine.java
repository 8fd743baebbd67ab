// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import dev.rivulet.cli.home.UsageException;
import dev.rivulet.cli.startup.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The engine without the platform around it, measured by the benchmarks module in a JVM of its own.
 *
 * @param jar the benchmarks' jar
 * @param model the model folder
 * @param weights how the engine holds them: {@code f32}, {@code w8r} or {@code int4}
 * @param threads of a step
 * @param answer tokens that a row decodes before it begins anew
 * @param context positions of a slot; 0 for as many as prompt and answer need
 * @param seconds for each figure
 */
record BareEngine(Path jar, Path model, String weights, int threads, int answer, int context, int seconds) {
    private static final int LIMIT_SECONDS = 300;

    /**
     * How fast the engine is.
     *
     * @param prefill prompt tokens a second, one sequence at a time
     * @param decode new tokens a second, all rows together
     */
    record Speed(double prefill, double decode) {

        /** New tokens a second if the engine also has to read the prompts, as the platform does. */
        double tokensPerSecond(long promptTokens, long completionTokens) {
            return completionTokens / (promptTokens / prefill + completionTokens / decode);
        }
    }

    boolean isThere() {
        return Files.exists(jar) && Files.isDirectory(model);
    }

    /**
     * Measures once.
     *
     * @param rows sequences decoded together
     * @param prompt tokens of a prompt
     */
    Speed measure(int rows, int prompt) throws IOException, InterruptedException {
        Path told = Files.createTempFile("rivulet-bench", ".out");
        try {
            Process process = new ProcessBuilder(command(rows, prompt))
                    .redirectErrorStream(true)
                    .redirectOutput(told.toFile())
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new UsageException("The bare engine's benchmark took longer than " + LIMIT_SECONDS + " s.");
            }
            if (process.exitValue() != 0) {
                throw new UsageException("The bare engine's benchmark failed:\n"
                        + Files.readString(told).strip());
            }
            return read(Files.readAllLines(told));
        } finally {
            Files.deleteIfExists(told);
        }
    }

    private List<String> command(int rows, int prompt) {
        List<String> command = new ArrayList<>(new Jvm("512m", List.of()).words());
        command.addAll(List.of("-jar", jar.toString(), "--json", "--model", model.toString()));
        command.addAll(List.of("--rows", Integer.toString(rows), "--prompt", Integer.toString(prompt)));
        command.addAll(List.of("--context", Integer.toString(Math.max(context, prompt + answer))));
        command.addAll(List.of("--span", Integer.toString(answer)));
        command.addAll(List.of("--weights", weights, "--threads", Integer.toString(threads)));
        command.addAll(List.of("--seconds", Integer.toString(seconds)));
        return command;
    }

    static Speed read(List<String> lines) {
        double prefill = 0;
        double decode = 0;
        for (String line : lines) {
            if (line.startsWith("{")) {
                JsonNode figure = new JsonMapper().readTree(line);
                String work = figure.path("work").asString("");
                prefill = work.startsWith("prefill") ? figure.path("ours").asDouble(0) : prefill;
                decode = work.startsWith("decode") ? figure.path("ours").asDouble(0) : decode;
            }
        }
        if (prefill <= 0 || decode <= 0) {
            throw new UsageException("The bare engine's benchmark told no speed:\n" + String.join("\n", lines));
        }
        return new Speed(prefill, decode);
    }
}
