// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.federation;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs rounds and reads from their events how long each took: from the beginning of one to the beginning of the next.
 *
 * @param federation the service
 * @param classPath of the process of the devices
 * @param skipped rounds before those that count
 */
record Rounds(Federation federation, String classPath, int skipped) {

    private static final Duration LIMIT = Duration.ofMinutes(9);
    private static final int PAUSE_MS = 250;

    /**
     * What some rounds came to.
     *
     * @param millis of each that counts, rising
     * @param processor seconds of the service for each round, without its database
     * @param devicesProcessor seconds of the process of the devices for each round, its start left out
     */
    record Measured(List<Double> millis, double processor, double devicesProcessor) {

        Measured {
            millis = millis.stream().sorted().toList();
        }

        double median() {
            return millis.get(millis.size() / 2);
        }
    }

    /**
     * Runs a federation of its own for a cell.
     *
     * @param counting rounds that count
     * @param sessions whether devices sign in sessions; otherwise each request with their own key
     */
    Measured run(String name, Cell cell, int counting, boolean sessions) throws IOException, InterruptedException {
        int rounds = skipped + counting;
        federation.make(name, cell, rounds);
        Process devices = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        classPath,
                        DeviceFleet.class.getName(),
                        federation.address().toString(),
                        federation.token(name, cell.devices()),
                        Integer.toString(cell.devices()),
                        Boolean.toString(sessions))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader told =
                new BufferedReader(new InputStreamReader(devices.getInputStream(), StandardCharsets.UTF_8))) {
            if (!"ready".equals(told.readLine())) {
                throw new IOException("the process of the devices did not start");
            }
            federation.start(name);
            awaitRound(name, skipped + 1);
            double before = federation.processorSeconds();
            double devicesBefore = seconds(devices);
            awaitEnd(name);
            double each = federation.processorSeconds() - before;
            return new Measured(millis(name, rounds), each / counting, (seconds(devices) - devicesBefore) / counting);
        } finally {
            devices.getOutputStream().close();
            if (!devices.waitFor(10, TimeUnit.SECONDS)) {
                devices.destroyForcibly();
            }
        }
    }

    private static double seconds(Process process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    private void awaitRound(String name, int round) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (federation.look(name).at("/round").asInt() < round) {
            if (System.nanoTime() > end) {
                throw new IOException("round " + round + " of " + name + " did not begin: " + federation.look(name));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    private void awaitEnd(String name) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!federation.look(name).at("/stopped").asString("").equals("rounds_done")) {
            if (System.nanoTime() > end) {
                throw new IOException("the rounds of " + name + " did not end: " + federation.look(name));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    private List<Double> millis(String name, int rounds) throws IOException, InterruptedException {
        List<Double> millis = new ArrayList<>();
        Instant before = began(name, skipped + 1);
        for (int round = skipped + 2; round <= rounds; round++) {
            Instant now = began(name, round);
            millis.add(Duration.between(before, now).toNanos() / 1e6);
            before = now;
        }
        return millis;
    }

    private Instant began(String name, int round) throws IOException, InterruptedException {
        return Instant.parse(federation.events(name, round).at("/0/event/at").asString());
    }
}
