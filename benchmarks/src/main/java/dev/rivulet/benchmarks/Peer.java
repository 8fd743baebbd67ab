// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Another engine in a process of its own, asked line by line; it rests while nobody asks. */
final class Peer implements AutoCloseable {

    private static final int LARGEST_REMARKS = 1000;

    private final Process process;
    private final BufferedReader answers;
    private final PrintStream questions;
    private final String name;

    private Peer(Process process) throws IOException {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        this.name = answer().path("name").asString("peer");
    }

    /** Whether the peer's libraries are there. */
    static boolean isThere(Path folder) {
        return Files.isDirectory(folder.resolve("node_modules/node-llama-cpp"));
    }

    /**
     * Starts a peer and waits until its model is loaded.
     *
     * @param specification what the script takes as its argument, JSON
     */
    static Peer start(Path folder, String specification) throws IOException {
        Process process = new ProcessBuilder("node", "peer.mjs", specification)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            return new Peer(process);
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    String name() {
        return name;
    }

    /** Tokens per second of a question such as {@code decode 8 192 128 1000}. */
    double tokensPerSecond(String question) throws IOException {
        questions.println(question);
        double speed = answer().path("tokensPerSecond").asDouble(0);
        if (speed <= 0) {
            throw new IOException("the peer told no speed for: " + question);
        }
        return speed;
    }

    /** The next line that is an object; libraries remark things in between. */
    private JsonNode answer() throws IOException {
        for (int remarks = 0; remarks < LARGEST_REMARKS; remarks++) {
            String line = answers.readLine();
            if (line == null) {
                throw new IOException("the peer has ended; its error output says why");
            }
            if (line.startsWith("{")) {
                return JsonMapper.shared().readTree(line);
            }
        }
        throw new IOException("the peer answers with remarks alone");
    }

    @Override
    public void close() throws IOException {
        questions.close();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
