// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.federation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Flower's streaming server with a process for each of its clients, the same work on the same machine.
 *
 * @param folder of the script, which makes its virtual environment when it is first called
 */
record Flower(Path folder) {

    private static final int MINUTES = 15;

    /**
     * What some rounds came to.
     *
     * @param name of the peer with its version
     * @param millis the median
     */
    record Measured(String name, double millis) {}

    Measured run(Cell cell, int rounds, int skipped) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "./run",
                        Integer.toString(cell.devices()),
                        Integer.toString(cell.values()),
                        Integer.toString(rounds),
                        Integer.toString(skipped))
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("Flower's script failed; ./run in " + folder + " says why");
        }
        JsonNode told = JsonMapper.shared().readTree(said);
        List<Double> millis = new ArrayList<>();
        told.at("/millis").forEach(one -> millis.add(one.asDouble()));
        millis.sort(null);
        return new Measured(told.at("/name").asString(), millis.get(millis.size() / 2));
    }
}
