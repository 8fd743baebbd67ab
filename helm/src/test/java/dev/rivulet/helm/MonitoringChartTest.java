package dev.rivulet.helm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.helm.ForeignKinds.Relabeling;
import io.fabric8.kubernetes.api.model.Service;
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
