// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The workflows of the public forge: files that nobody runs here must at least say what they mean. */
class WorkflowsTest {

    private static final Path FOLDER = Sources.root().resolve(".github/workflows");
    private static final Pattern OURS = Pattern.compile("(?m)(?:^|[\\s(])((?:\\./|deploy/)[\\w/.-]+)");

    static List<Path> workflows() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void everyJobHasARunnerALimitAndStepsThatCanBeRun(Path file) {
        Map<String, Object> workflow = Yaml.read(file);
        assertThat(workflow.keySet().stream().map(String::valueOf)).contains("name", "jobs", "permissions", "true");
        assertThat(Yaml.map(workflow, "permissions")).isEqualTo(Map.of("contents", "read"));
        Map<String, Object> jobs = Yaml.map(workflow, "jobs");
        jobs.forEach((name, value) -> {
            Map<String, Object> job = Yaml.map(value);
            assertThat(job).as(name).containsKeys("runs-on", "timeout-minutes", "steps");
            assertThat(jobs.keySet()).as(name).containsAll(needs(job));
            assertThat(Yaml.list(job, "steps")).as(name).isNotEmpty().allSatisfy(step -> step(Yaml.map(step)));
        });
    }

    private static List<String> needs(Map<String, Object> job) {
        Object needs = job.getOrDefault("needs", List.of());
        return needs instanceof String one
                ? List.of(one)
                : ((List<?>) needs).stream().map(String::valueOf).toList();
    }

    private static void step(Map<String, Object> step) {
        if (step.get("uses") instanceof String action) {
            assertThat(action).matches("[\\w.-]+/[\\w./-]+@v\\d+(\\.\\d+)*");
            return;
        }
        String script = String.valueOf(step.get("run"));
        assertThat(script).as(step.toString()).isNotEqualTo("null").doesNotContain("${{");
        OURS.matcher(script)
                .results()
                .map(match -> match.group(1))
                .forEach(program -> assertThat(Sources.root().resolve(program))
                        .as("a script of ours")
                        .isExecutable());
    }

    @Test
    void everyKindOfDependencyIsLookedAfter() {
        List<?> updates = Yaml.list(Yaml.read(Sources.root().resolve(".github/dependabot.yml")), "updates");

        assertThat(updates.stream().map(Yaml::map).map(update -> update.get("package-ecosystem")))
                .contains("maven", "github-actions", "docker", "npm");
        assertThat(updates.stream().map(Yaml::map).map(update -> String.valueOf(update.get("directory"))))
                .allSatisfy(folder ->
                        assertThat(Sources.root().resolve(folder.substring(1))).isDirectory());
    }

    @Test
    void notesOfAReleaseAreItsPartOfTheChangelog() throws Exception {
        Process notes = new ProcessBuilder("bash", "deploy/ci/release-notes", "0.1.0")
                .directory(Sources.root().toFile())
                .redirectErrorStream(true)
                .start();
        String told = new String(notes.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(notes.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(told)
                .startsWith("### ")
                .contains("](../../blob/v0.1.0/docs/")
                .doesNotContain("](docs/", "What changes for people who use Rivulet");
        Process unknown = new ProcessBuilder("bash", "deploy/ci/release-notes", "9.9.9")
                .directory(Sources.root().toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(unknown.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("no section \"## 9.9.9\"");
        assertThat(unknown.waitFor()).isEqualTo(1);
    }
}
