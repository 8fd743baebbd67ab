// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A service beside the running platform: its jar once more, on a free port and with settings of its own. */
final class ExtraService implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final URI url;
    private final Process process;
    private final Path log;

    private ExtraService(URI url, Process process, Path log) {
        this.url = url;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts it; {@link #awaitReady} says when it answers.
     *
     * @param service the module whose jar it is
     * @param environment beside port, address and the token between services
     * @param folder for its log
     */
    static ExtraService start(Platform platform, String service, Map<String, String> environment, Path folder)
            throws IOException {
        int port = freePort();
        Path log = folder.resolve(service + ".log");
        Path jar = Platform.repository().resolve(service + "/target/" + service + ".jar");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-jar",
                        jar.toString()))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "SERVER_PORT", Integer.toString(port),
                        "SERVER_ADDRESS", "127.0.0.1",
                        "RIVULET_INTERNAL_TOKEN", platform.internalToken(),
                        "RIVULET_KAFKA", platform.url("KAFKA").getAuthority(),
                        "RIVULET_HOME", platform.home().toString()));
        builder.environment().putAll(environment);
        return new ExtraService(URI.create("http://127.0.0.1:" + port), builder.start(), log);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    ExtraService awaitReady() {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(20))
                .build();
        Awaitility.await(url + " is ready")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .failFast(() -> assertThat(process.isAlive()).as(this::output).isTrue())
                .ignoreException(IOException.class)
                .ignoreException(java.net.ConnectException.class)
                .until(() -> HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200);
        return this;
    }

    private String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url() {
        return url;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
