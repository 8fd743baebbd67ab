// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.helm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.helm.ForeignKinds.Relabeling;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What Prometheus calls the services in a cluster is what the rules and dashboards of {@code deploy} call them. */
class MonitoringChartTest {

    private static final Path DEPLOYED = Path.of("../deploy/prometheus/prometheus.yml");
    private static final Pattern SERVICE = Pattern.compile("service: ([a-z-]+)");
    private static final String COMPONENT = "app.kubernetes.io/component";

    @Test
    void eachServiceHasTheNameThatTheRulesKnow() throws IOException {
        RenderedChart chart = RenderedChart.of("gpu-keda");
        List<Relabeling> relabelings = chart.foreign("ServiceMonitor", ForeignKinds.ServiceMonitor.class)
                .endpoints()
                .getFirst()
                .relabelings();

        Set<String> names = chart.all(Service.class).stream()
                .map(service -> service.getMetadata().getLabels().get(COMPONENT))
                .filter(component -> !Set.of("kafka", "postgresql").contains(component))
                .map(component -> named(relabelings, component))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(names).isEqualTo(deployed());
        assertThat(relabelings).anySatisfy(one -> {
            assertThat(one.targetLabel()).isEqualTo("job");
            assertThat(one.replacement()).isEqualTo("rivulet");
        });
    }

    @Test
    void whatItHasOfOthersIsWhatTheyHave() throws IOException {
        for (String copied : List.of("prometheus/rules.yml", "kafka/acls.txt")) {
            Path source = Path.of("../deploy", copied);
            Path copy = RenderedChart.CHART.resolve("files").resolve(source.getFileName());
            assertThat(Files.readString(copy))
                    .as("a chart reads its own files alone, so it has a copy of deploy/%s: helm/refresh", copied)
                    .isEqualTo(Files.readString(source));
        }
    }

    @Test
    void everyAlertIsARuleOfTheOperator() throws IOException {
        List<ForeignKinds.Rule> rules =
                RenderedChart.of("ways-in")
                        .foreign("PrometheusRule", ForeignKinds.PrometheusRule.class)
                        .groups()
                        .stream()
                        .flatMap(group -> group.rules().stream())
                        .toList();

        assertThat(rules).extracting(ForeignKinds.Rule::alert).contains("RivuletFirstTokenSlow", "RivuletPartDown");
        assertThat(rules).hasSize((int) Files.readAllLines(Path.of("../deploy/prometheus/rules.yml")).stream()
                .filter(line -> line.matches(" +- (alert|record): .*"))
                .count());
        assertThat(rules)
                .filteredOn(rule -> "RivuletFirstTokenSlow".equals(rule.alert()))
                .singleElement()
                .satisfies(rule -> assertThat(rule.annotations())
                        .hasEntrySatisfying("summary", text -> assertThat(text).contains("{{ $value")));
    }

    @Test
    void theAutoscalerAsksForMetricsThatTheAdapterIsToldToServe() throws IOException {
        String adapter = Files.readString(Path.of("../deploy/prometheus/adapter.yml"));

        assertThat(RenderedChart.of("ways-in")
                        .one(HorizontalPodAutoscaler.class, "demo-rivulet-inference")
                        .getSpec()
                        .getMetrics())
                .hasSize(2)
                .allSatisfy(metric -> assertThat(adapter)
                        .contains("as: " + metric.getPods().getMetric().getName() + " "));
    }

    /** As Prometheus does it: the last rule whose expression matches all of the value. */
    private static String named(List<Relabeling> relabelings, String component) {
        String name = "";
        for (Relabeling one : relabelings) {
            if (one.targetLabel().equals("service") && component.matches(one.regex())) {
                name = component.replaceFirst(one.regex(), one.replacement());
            }
        }
        return name;
    }

    private static Set<String> deployed() throws IOException {
        return SERVICE.matcher(Files.readString(DEPLOYED))
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
