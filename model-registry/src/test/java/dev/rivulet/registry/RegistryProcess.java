package dev.rivulet.registry;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The registry in a JVM of its own with little memory, which a test may kill. */
final class RegistryProcess implements AutoCloseable {

    private final Map<String, String> environment;
    private final Path log;
    private final int port;
    private @Nullable Process process;

    RegistryProcess(Map<String, String> environment, Path log) {
        this.environment = environment;
        this.log = log;
        this.port = freePort();
    }

    /** Starts it with far less memory than a model has, and waits until it is ready. */
    void startSmall(String... options) {
        List<String> small = new ArrayList<>(List.of("-Xmx96m", "-XX:MaxDirectMemorySize=32m"));
        small.addAll(List.of(options));
        start(small.toArray(String[]::new));
    }

    /** Starts it and waits until it is ready. */
    void start(String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(RegistryApplication.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        builder.environment().put("SERVER_PORT", Integer.toString(port));
        try {
            Process starting = builder.start();
            process = starting;
            awaitReady(starting);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitReady(Process starting) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(500))
                .failFast("The registry ended", () -> {
                    if (!starting.isAlive()) {
                        throw new IllegalStateException("The registry ended: " + tail());
                    }
                })
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
        Process ending = process;
        if (ending != null) {
            ending.destroyForcibly().onExit().join();
        }
    }

    /**
     * Bytes of its heap that are used after a full collection.
     *
     * @throws IllegalStateException if it does not run
     */
    long liveHeap() {
        Process running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException("The registry does not run");
        }
        try {
            collect(running.pid());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return client().text("/actuator/prometheus")
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{") && line.contains("area=\"heap\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static void collect(long pid) throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        int status = new ProcessBuilder(jcmd, Long.toString(pid), "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .onExit()
                .join()
                .exitValue();
        if (status != 0) {
            throw new IOException("jcmd ended with " + status);
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join(File.separator, lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        kill();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
