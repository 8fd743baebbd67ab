// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
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
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE ((?:rivulet_|vllm:)[a-z0-9_]+) (\\w+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");
    /** What the table calls it. */
    private static final Map<String, Set<String>> KINDS = Map.of(
            "counter", Set.of("counter"),
            "gauge", Set.of("gauge"),
            "summary", Set.of("summary", "timer"),
            "histogram", Set.of("histogram"));

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
    void eachMetricThatAPartShowsIsInTheTableOfTheDocsWithItsKindAndLabels(Platform platform) throws Exception {
        Map<String, MetricsTable.Row> rows = MetricsTable.read();
        List<String> faults = new ArrayList<>();
        for (String part : List.of("GATEWAY", "INFERENCE", "REGISTRY", "FEDERATION", "CONFIG", "CONSOLE")) {
            String shown = metrics(platform, part);
            TYPE.matcher(shown).results().forEach(type -> {
                String name = type.group(1).replaceFirst("_max$", "").replaceFirst("_active_seconds$", "_seconds");
                MetricsTable.Row row = rows.get(name);
                if (row == null) {
                    faults.add("no row of " + name + " of " + part);
                } else if (name.equals(type.group(1))) {
                    faults.addAll(differences(row, type.group(2), labels(name, shown)));
                }
            });
        }
        assertThat(faults).isEmpty();
    }

    private static List<String> differences(MetricsTable.Row row, String kind, Set<String> labels) {
        List<String> differences = new ArrayList<>();
        if (!KINDS.getOrDefault(kind, Set.of()).contains(row.kind())) {
            differences.add(row.name() + " is a " + kind + ", not a " + row.kind());
        }
        if (!labels.equals(row.labels())) {
            differences.add(row.name() + " has the labels " + labels + ", not " + row.labels());
        }
        return differences;
    }

    /** Those of a metric's samples, without what makes buckets of a histogram, and what tells replicas apart. */
    private static Set<String> labels(String name, String shown) {
        Set<String> labels = new TreeSet<>();
        Pattern sample = Pattern.compile("(?m)^" + name + "(?:_bucket|_count|_sum)?(?:\\{(.*?)})? [-+0-9NI]");
        sample.matcher(shown)
                .results()
                .map(found -> found.group(1))
                .filter(Objects::nonNull)
                .forEach(all -> LABEL.matcher(all).results().forEach(label -> labels.add(label.group(1))));
        labels.removeAll(Set.of("le", "replica"));
        return labels;
    }

    private static String metrics(Platform platform, String part) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(platform.url(part).resolve("/actuator/prometheus"))
                .header("authorization", "Bearer " + platform.internalToken())
                .timeout(Duration.ofSeconds(60))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(part + ": " + answer.body()).isEqualTo(200);
            return answer.body();
        }
    }
}
