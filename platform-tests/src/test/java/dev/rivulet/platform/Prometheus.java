// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A real Prometheus with the configuration of {@code deploy/prometheus}, which asks the running platform often. */
final class Prometheus implements AutoCloseable {

    static final Path DEPLOYED = Platform.repository().resolve("deploy/prometheus");

    private static final Map<String, String> PARTS = Map.of(
            "gateway-service", "GATEWAY",
            "inference-service", "INFERENCE",
            "model-registry", "REGISTRY",
            "federation-service", "FEDERATION",
            "config-server", "CONFIG",
            "console", "CONSOLE");

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;
    private final Process process;

    private Prometheus(URI address, Process process) {
        this.address = address;
        this.process = process;
    }

    /** Leaves the test out where Prometheus is not installed. */
    static void requireInstalled() {
        assumeTrue(onPath("prometheus") && onPath("promtool"), "prometheus and promtool are not on the PATH");
    }

    /** Starts it. */
    static Prometheus of(Platform platform, Path folder) throws IOException {
        Path configuration = configuration(platform, folder);
        int port = freePort();
        Process process = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        return new Prometheus(URI.create("http://127.0.0.1:" + port), process);
    }

    /** The deployed configuration with the addresses of the platform and more haste. */
    static Path configuration(Platform platform, Path folder) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), platform.internalToken());
        Files.copy(DEPLOYED.resolve("rules.yml"), folder.resolve("rules.yml"));
        String text = Files.readString(DEPLOYED.resolve("prometheus.yml"))
                .replace("15s", "3s")
                .replace("/run/secrets/internal-token", token.toString());
        for (Map.Entry<String, String> part : PARTS.entrySet()) {
            text = text.replace(
                    part.getKey() + ":8080", platform.url(part.getValue()).getAuthority());
        }
        return Files.writeString(folder.resolve("prometheus.yml"), text);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** The samples that an expression has now; empty also while Prometheus is not there yet. */
    JsonNode query(String expression) {
        String query = "query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
        JsonNode answer = get("/api/v1/query?" + query);
        if (answer.path("status").asString("").equals("error")) {
            throw new IllegalArgumentException(
                    expression + ": " + answer.path("error").asString(""));
        }
        return answer.path("data").path("result");
    }

    /** What it says at a path. */
    JsonNode get(String path) {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .timeout(Duration.ofSeconds(20))
                .build();
        try {
            return Platform.JSON.readTree(
                    http.send(request, BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
