// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A way to the upstream: straight, or through a gateway that runs as a process of its own.
 *
 * @param name for the table
 * @param port where it is asked
 * @param key the API key it wants
 * @param process the gateway; null for the straight way
 */
record Door(String name, int port, String key, @Nullable Process process) implements AutoCloseable {

    /** The name of Rivulet's. */
    static final String OURS = "rivulet";

    private static final Duration START = Duration.ofSeconds(120);
    private static final int SETTLE_TRIES = 12;
    private static final int LOG_END = 4_000;
    private static final long POLL_MILLIS = 100;
    private static final double TICKS_A_SECOND = 100;
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    /** The upstream itself. */
    static Door straight(PacedUpstream upstream) {
        return new Door("no gateway", upstream.port(), "none", null);
    }

    /** Starts a gateway and waits until it passes a chat on. */
    static Door start(String name, int port, String key, List<String> command, Path log)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Door door = new Door(name, port, key, process);
        long end = System.nanoTime() + START.toNanos();
        while (!door.answers()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                door.close();
                String told = Files.readString(log);
                throw new IOException(name + " did not start; the end of its log:\n"
                        + told.substring(Math.max(0, told.length() - LOG_END)));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return door;
    }

    /** Waits, for a while, until it answers: one that did not keep up still works on what nobody waits for any more. */
    void settle() throws InterruptedException {
        for (int i = 0; i < SETTLE_TRIES && process != null && !answers(); i++) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /** Processor seconds of the gateway and of its children since they began. */
    double processor() {
        return processes().mapToDouble(Door::processor).sum();
    }

    /** Megabytes of memory of the gateway and of its children, what they share counted once. */
    double megabytes() {
        return processes().mapToDouble(Door::megabytes).sum();
    }

    @Override
    public void close() throws InterruptedException {
        if (process == null) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    private boolean answers() throws InterruptedException {
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build()) {
            HttpRequest chat = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                    .header("authorization", "Bearer " + key)
                    .header("content-type", "application/json")
                    .timeout(Duration.ofSeconds(5))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + PacedUpstream.MODEL
                            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"))
                    .build();
            return http.send(chat, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private Stream<ProcessHandle> processes() {
        return process == null ? Stream.empty() : Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    private static double processor(ProcessHandle handle) {
        String stat = read(handle, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) / TICKS_A_SECOND;
    }

    private static double megabytes(ProcessHandle handle) {
        return read(handle, "smaps_rollup")
                        .lines()
                        .filter(line -> line.startsWith("Pss:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                / 1_000.0;
    }

    private static String read(ProcessHandle handle, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(handle.pid()), file));
        } catch (IOException e) {
            throw new UncheckedIOException("Only a system with /proc tells what a process costs", e);
        }
    }
}
