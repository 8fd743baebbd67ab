// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A program of {@code clients/node} that uses clients of npm, unmodified, and prints one JSON object. */
final class NodeProgram {

    private NodeProgram() {}

    /** Runs it against the platform's gateway, with the model and further arguments; the test is left out where there is no Node. */
    static JsonNode run(Platform platform, String program, String... more) {
        assumeTrue(onPath("node") && onPath("npm"), "Node and npm are not on the PATH");
        Path folder = Platform.repository().resolve("platform-tests/clients/node");
        Finished.of(
                        new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund").directory(folder.toFile()),
                        Duration.ofMinutes(3))
                .succeeded();
        List<String> command = new ArrayList<>(List.of("node", program, Platform.MODEL));
        command.addAll(List.of(more));
        ProcessBuilder node = new ProcessBuilder(command).directory(folder.toFile());
        node.environment().put("OPENAI_BASE_URL", platform.gateway() + "/v1");
        node.environment().put("OPENAI_API_KEY", platform.apiKey());
        return Platform.JSON.readTree(
                Finished.of(node, Duration.ofMinutes(4)).succeeded().output());
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
