// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every {@code sh} block of README and docs is run as it stands. Blocks that start, stop or rebuild the platform are shown by
 * the tests named beside each mark.
 */
@ExtendWith(OnPlatform.class)
class DocsIT {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");

    /** What a block may hold to be left to another test, and which test that is. */
    private static final List<String> ELSEWHERE = List.of(
            "rivulet up", // LifecycleIT
            "rivulet down", // LifecycleIT
            "rivulet test", // the gate
            "rivulet bench", // BenchIT
            "models import", // ImportIT
            "--base rivulet-assistant", // AdaptersIT
            "benchmarks/startup", // StartupBenchIT
            "git clone", // the gate
            "docker-compose", // ComposeIT
            "deploy/compose", // ComposeIT
            "helm ", // the chart's tests
            "models/train", // hours; its figures stand in models/evaluation.json
            "conformance/", // needs reference implementations
            "mvn "); // the gate

    private record Block(Path file, int line, String script) {}

    @TestFactory
    Stream<DynamicTest> everyCommandOfTheDocsWorks(Platform platform) {
        List<Block> blocks = documents().flatMap(DocsIT::blocks).toList();
        assertThat(blocks).as("sh blocks in README and docs").isNotEmpty();
        return blocks.stream()
                .filter(block -> ELSEWHERE.stream().noneMatch(block.script()::contains))
                .map(block -> DynamicTest.dynamicTest(block.file() + ":" + block.line(), () -> runs(platform, block)));
    }

    private static void runs(Platform platform, Block block) {
        ProcessBuilder shell = platform.command().command("bash", "-euo", "pipefail", "-c", block.script());
        // As in a shell where the block of the README with `./rivulet env` was run.
        shell.environment().put("RIVULET_URL", platform.gateway().toString());
        shell.environment().put("RIVULET_API_KEY", platform.apiKey());
        shell.environment().put("OPENAI_BASE_URL", platform.gateway() + "/v1");
        shell.environment().put("OPENAI_API_KEY", platform.apiKey());
        Finished finished = Finished.of(shell, Duration.ofMinutes(2));

        assertThat(finished.exit()).as(finished.output() + finished.errors()).isZero();
    }

    private static Stream<Path> documents() {
        Path root = Platform.repository();
        try (Stream<Path> docs = Files.walk(root.resolve("docs"))) {
            List<Path> found =
                    new ArrayList<>(docs.filter(file -> file.toString().endsWith(".md"))
                            // Its blocks go in their order: TourIT.
                            .filter(file -> !file.endsWith("tour.md"))
                            .sorted()
                            .toList());
            found.addFirst(root.resolve("README.md"));
            found.add(root.resolve("CONTRIBUTING.md"));
            return found.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Block> blocks(Path file) {
        try {
            String text = Files.readString(file);
            Matcher matcher = BLOCK.matcher(text);
            List<Block> blocks = new ArrayList<>();
            while (matcher.find()) {
                int line = (int) text.substring(0, matcher.start()).lines().count() + 1;
                blocks.add(new Block(Platform.repository().relativize(file), line, matcher.group(1)));
            }
            return blocks.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
