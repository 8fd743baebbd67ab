package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real Prometheus with the rules that are deployed, at the running platform; Grafana's panels ask it. */
@ExtendWith(OnPlatform.class)
class ObservabilityIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path DASHBOARDS = Platform.repository().resolve("deploy/grafana/dashboards");
    private static final Pattern OURS = Pattern.compile("\\b(?:rivulet_|vllm:)[a-z0-9_]+");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^# TYPE ((?:rivulet_|vllm:)[a-z0-9_]+) ");

    private record Panel(String dashboard, String title, String expression) {}

    @Test
    void eachAlertFiresOnWhatItIsForAndIsQuietBeside(Platform platform, @TempDir Path folder) throws IOException {
        Prometheus.requireInstalled();
        Path configuration = Prometheus.configuration(platform, folder);

        promtool("check", "config", configuration.toString());
        assertThat(promtool(
                        "test",
                        "rules",
                        Prometheus.DEPLOYED.resolve("rules-test.yml").toString()))
                .contains("SUCCESS");
    }

    private static String promtool(String... arguments) {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        return Finished.of(new ProcessBuilder(command), Duration.ofMinutes(1))
                .succeeded()
                .output();
    }

    @Test
    void eachPanelOfEachDashboardShowsSomethingUnderLoad(Platform platform, @TempDir Path folder) throws Exception {
        Prometheus.requireInstalled();
        List<Panel> panels = panels();
        assertThat(panels).hasSizeGreaterThan(40);
        Chat chat = new Chat(platform);
        Set<Panel> empty = new TreeSet<>(java.util.Comparator.comparing(Panel::toString));
        empty.addAll(panels);
        try (Wards wards = new Wards(platform, "watched", 100_000);
                Prometheus prometheus = Prometheus.of(platform, folder)) {
            wards.begin();
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .ignoreException(java.io.UncheckedIOException.class)
                    .untilAsserted(() -> {
                        assertThat(chat.stream("Switch the light on in room 204", 16)
                                        .done())
                                .isTrue();
                        empty.removeIf(
                                panel -> !prometheus.query(panel.expression()).isEmpty());
                        assertThat(empty).isEmpty();
                    });
            assertThat(prometheus
                            .get("/api/v1/targets?state=active")
                            .path("data")
                            .path("activeTargets"))
                    .hasSize(6)
                    .allSatisfy(target ->
                            assertThat(target.path("health").asString()).isEqualTo("up"));
            assertThat(prometheus.query("ALERTS{alertstate=\"firing\"}")).isEmpty();
        }
    }

    private static List<Panel> panels() throws IOException {
        List<Panel> panels = new ArrayList<>();
        for (Path file : files()) {
            JsonNode dashboard = Platform.JSON.readTree(Files.readString(file));
            for (JsonNode panel : dashboard.path("panels")) {
                assertThat(panel.path("description").asString()).isNotBlank();
                for (JsonNode target : panel.path("targets")) {
                    panels.add(new Panel(
                            dashboard.path("title").asString(),
                            panel.path("title").asString(),
                            target.path("expr").asString().replace("$__rate_interval", "30s")));
                }
            }
        }
        return panels;
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(DASHBOARDS)) {
            return files.sorted().toList();
        }
    }

    @Test
    void eachMetricThatAPartShowsIsInTheTableOfTheDocs(Platform platform) throws IOException {
        String docs = Files.readString(Platform.repository().resolve("docs/observability.md"));
        Set<String> documented = names(OURS, docs);
        for (String part : List.of("GATEWAY", "INFERENCE", "REGISTRY", "FEDERATION", "CONFIG")) {
            Set<String> shown = SAMPLE.matcher(metrics(platform, part))
                    .results()
                    .map(match -> match.group(1).replaceFirst("_max$", "").replaceFirst("_active_seconds$", "_seconds"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(documented).as(part).containsAll(shown);
        }
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    private static String metrics(Platform platform, String part) throws IOException {
        var connection =
                platform.url(part).resolve("/actuator/prometheus").toURL().openConnection();
        connection.setRequestProperty("authorization", "Bearer " + platform.internalToken());
        try (var in = connection.getInputStream()) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
