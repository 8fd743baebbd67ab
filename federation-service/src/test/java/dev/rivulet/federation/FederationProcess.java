// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import dev.rivulet.testsupport.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** An instance of the service in a JVM of its own, which a test may kill and start again on the same port. */
final class FederationProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final int port = freePort();
    private final HttpClient client = HttpClient.newHttpClient();
    private final JavaProcess process;

    /** @param log where its output goes */
    FederationProcess(Map<String, String> environment, Path log) {
        Map<String, String> all = new HashMap<>(Map.of(
                "SERVER_PORT", Integer.toString(port),
                "RIVULET_FEDERATION_ADDRESS", address().toString(),
                "SPRING_CLOUD_CONFIG_ENABLED", "false",
                "SPRING_CLOUD_BUS_ENABLED", "false",
                "RIVULET_INTERNAL_TOKEN", "a-token-of-the-test",
                "RIVULET_FEDERATION_ROUNDS_TICK", "50ms",
                "RIVULET_FEDERATION_ROUNDS_SNAPSHOTEVERY", "2",
                "RIVULET_FEDERATION_PARTICIPANTS_DEADAFTER", "10m"));
        all.putAll(environment);
        process = new JavaProcess(FederationApplication.class, log, all);
    }

    int port() {
        return port;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Starts it and returns at once. */
    void begin() {
        process.start(List.of("-Xmx192m"), List.of());
    }

    /** Starts it and waits until it is ready. */
    void start() {
        begin();
        awaitReady();
    }

    void awaitReady() {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .failFast("The federation ended", process::requireAlive)
                .ignoreExceptions()
                .until(this::ready);
    }

    private boolean ready() throws IOException, InterruptedException {
        return health("readiness") == 200;
    }

    /** The status of a group of its health. */
    int health(String group) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address().resolve("/actuator/health/" + group))
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    /** Ends it as SIGKILL does. */
    void kill() {
        process.kill();
    }

    /** Lets it stand still, or go on. */
    void freeze(boolean frozen) {
        process.freeze(frozen);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
        client.close();
    }
}
