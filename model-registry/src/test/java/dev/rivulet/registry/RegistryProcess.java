// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import dev.rivulet.testsupport.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** The registry in a JVM of its own with little memory, which a test may kill. */
final class RegistryProcess implements AutoCloseable {

    private final int port = BrokerNode.freePort();
    private final JavaProcess process;

    RegistryProcess(Map<String, String> environment, Path log) {
        this(environment, log, List.of());
    }

    /** @param wrapper a command that becomes the registry that is put behind it */
    RegistryProcess(Map<String, String> environment, Path log, List<String> wrapper) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("SERVER_PORT", Integer.toString(port));
        process = new JavaProcess(RegistryApplication.class, log, all, wrapper);
    }

    /** Starts it with far less memory than a model has, and waits until it is ready. */
    void startSmall(String... options) {
        List<String> small = new ArrayList<>(List.of("-Xmx96m", "-XX:MaxDirectMemorySize=32m"));
        small.addAll(List.of(options));
        start(small.toArray(String[]::new));
    }

    /** Starts it and waits until it is ready. */
    void start(String... options) {
        process.start(List.of(options), List.of());
        Awaitility.await()
                .atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofMillis(500))
                .failFast("The registry ended", process::requireAlive)
                .ignoreExceptions()
                .until(() -> client().get("/actuator/health/readiness").status() == 200);
    }

    int port() {
        return port;
    }

    Client client() {
        return new Client(port);
    }

    /** Ends it as SIGKILL does. */
    void kill() {
        process.kill();
    }

    /**
     * Bytes of its heap that are used after a full collection.
     *
     * @throws IllegalStateException if it does not run
     */
    long liveHeap() {
        process.collect();
        return client().text("/actuator/prometheus")
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{") && line.contains("area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        kill();
    }
}
