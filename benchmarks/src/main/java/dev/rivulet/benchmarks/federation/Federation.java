// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks.federation;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A federation-service in a process of its own, with a PostgreSQL that forces what it commits to the disk, until it is closed. */
final class Federation implements AutoCloseable {

    private static final String TOKEN = "a-token-of-the-benchmark";
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int PAUSE_MS = 200;
    private static final int MOST_UPDATE_MORE = 100;

    private final EmbeddedPostgres postgres;
    private final Process process;
    private final URI address;
    private final HttpClient client = HttpClient.newHttpClient();

    private Federation(EmbeddedPostgres postgres, Process process, URI address) {
        this.postgres = postgres;
        this.process = process;
        this.address = address;
    }

    /**
     * Starts both and waits until the service is ready.
     *
     * @param jar of federation-service
     * @param options of its JVM
     * @param folder for data and logs
     */
    static Federation start(Path jar, List<String> options, Path folder) throws IOException, InterruptedException {
        EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("postgres"))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .start();
        try {
            int port = freePort();
            Process process = new ProcessBuilder(command(jar, options, port, postgres, folder))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("service.log").toFile())
                    .start();
            Federation federation = new Federation(postgres, process, URI.create("http://127.0.0.1:" + port));
            federation.awaitReady(folder.resolve("service.log"));
            return federation;
        } catch (IOException | InterruptedException | RuntimeException e) {
            postgres.close();
            throw e;
        }
    }

    private static List<String> command(
            Path jar, List<String> options, int port, EmbeddedPostgres postgres, Path folder) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(options);
        command.addAll(List.of(
                "-jar",
                jar.toString(),
                "--server.port=" + port,
                "--spring.cloud.config.enabled=false",
                "--spring.cloud.bus.enabled=false",
                "--spring.cloud.function.definition=",
                "--spring.cloud.stream.function.autodetect=false",
                "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"),
                "--spring.datasource.username=postgres",
                "--rivulet.access.token=" + TOKEN,
                "--rivulet.federation.folder=" + folder.resolve("federation")));
        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady(Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                if (status("/actuator/health/readiness") == 200) {
                    return;
                }
            } catch (IOException e) {
                // It does not listen yet.
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
        String said = Files.readString(log);
        close();
        throw new IOException("federation-service did not start:\n" + said);
    }

    private int status(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .timeout(ANSWER)
                .header("authorization", "Bearer " + TOKEN)
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    URI address() {
        return address;
    }

    /** Processor time of the service until now, in seconds; without its database. */
    double processorSeconds() {
        return seconds(process.toHandle());
    }

    private static double seconds(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    /** Makes a federation that runs so many rounds, each with all devices, and waits for its start. */
    void make(String name, Cell cell, int rounds) throws IOException, InterruptedException {
        String body = String.format(
                Locale.ROOT,
                """
                {"name": "%s", "running": false, "tensors": [{"name": "weight", "shape": [%d]}],
                 "settings": {
                   "policy": {"goal": %d, "quorum": %d, "over_selection": 1, "gather": "PT0S", "cut_off": "PT60S",
                              "deadline": "PT60S"},
                   "aggregation": {"strategy": "FED_AVG", "server_rate": 1, "trim": 0.1},
                   "training": {"epochs": 1, "batch": 1, "rate": 1, "mu": 0},
                   "limits": {"most_bytes": %d, "most_weight": 100000, "most_norm": 1000000},
                   "energy": {"least_battery": 0, "metered": true},
                   "stopping": {"most_rounds": %d, "patience": 0, "least_gain": 0, "most_failures": 10}}}""",
                name,
                cell.values(),
                cell.devices(),
                cell.devices(),
                Float.BYTES * cell.values() + MOST_UPDATE_MORE,
                rounds);
        send("POST", "/api/federations", body);
    }

    /** A token by which so many devices enrol. */
    String token(String name, int uses) throws IOException, InterruptedException {
        return send("POST", "/api/federations/" + name + "/tokens", "{\"uses\": " + uses + "}")
                .at("/token")
                .asString();
    }

    JsonNode start(String name) throws IOException, InterruptedException {
        return send("POST", "/api/federations/" + name + "/start", "");
    }

    JsonNode look(String name) throws IOException, InterruptedException {
        return send("GET", "/api/federations/" + name, "");
    }

    JsonNode events(String name, long round) throws IOException, InterruptedException {
        return send("GET", "/api/federations/" + name + "/rounds/" + round, "");
    }

    private JsonNode send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .timeout(ANSWER)
                .header("authorization", "Bearer " + TOKEN)
                .header("content-type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JsonMapper.shared().readTree(answer.body());
    }

    @Override
    public void close() throws IOException {
        client.close();
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        postgres.close();
    }
}
