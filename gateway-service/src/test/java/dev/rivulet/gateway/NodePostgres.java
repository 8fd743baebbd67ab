// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * PostgreSQL with pgvector as WebAssembly in a process of Node (PGlite), in memory. All connections share one session of it, so that
 * statements are not prepared at the server.
 */
public final class NodePostgres implements AutoCloseable {

    private static final Path FOLDER = Path.of("src", "test", "node");
    private static final String READY = "port ";

    private final Process node;
    private final int port;

    private NodePostgres(Process node, int port) {
        this.node = node;
        this.port = port;
    }

    /** The URL of another server, on which the tests of the store are to be run. */
    public static Optional<String> another() {
        return Optional.ofNullable(System.getenv("RIVULET_TEST_VECTORS_URL"));
    }

    /** Starts one; the test is left out where there is no Node. */
    public static NodePostgres start() throws Exception {
        assumeTrue(
                onPath("node") && onPath("npm"),
                "Node and npm are not on the PATH: what vectors in PostgreSQL need is not tested here");
        run("npm", "ci", "--no-audit", "--no-fund");
        Process node = new ProcessBuilder("node", "postgres.mjs")
                .directory(FOLDER.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
            String line = said.readLine();
            if (line == null || !line.startsWith(READY)) {
                throw new IllegalStateException("PGlite did not start: " + line);
            }
            return new NodePostgres(node, Integer.parseInt(line.substring(READY.length())));
        } catch (IOException | RuntimeException e) {
            node.destroyForcibly();
            throw e;
        }
    }

    private static void run(String... command) throws Exception {
        Path output = Files.createTempFile("npm", ".txt");
        Process process = new ProcessBuilder(List.of(command))
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(3, TimeUnit.MINUTES);
        process.destroyForcibly();
        if (!ended || process.exitValue() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + Files.readString(output));
        }
        Files.delete(output);
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?prepareThreshold=0";
    }

    public static String user() {
        return "postgres";
    }

    /** It is gone at once, with all that it held. */
    @Override
    public void close() {
        node.destroyForcibly();
    }
}
