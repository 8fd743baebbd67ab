// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.graph.Fallback;
import dev.rivulet.graph.GraphSpec;
import dev.rivulet.graph.JobGraph;
import dev.rivulet.graph.Kind;
import dev.rivulet.graph.Kind.Port;
import dev.rivulet.graph.StageSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobKeyTest {

    private static final byte[] REQUEST = "{}".getBytes(StandardCharsets.UTF_8);

    @Test
    void anotherTenantJobRequestOrGraphHasAnotherKey() {
        JobKey keys = new JobKey(graph("one"));
        String key = keys.of("tenant", "job_1", REQUEST);

        assertThat(key).matches("[0-9a-f]{64}");
        assertThat(new JobKey(graph("one")).of("tenant", "job_1", REQUEST)).isEqualTo(key);
        assertThat(List.of(
                        keys.of("other", "job_1", REQUEST),
                        keys.of("tenant", "job_2", REQUEST),
                        keys.of("tenantjob", "_1", REQUEST),
                        keys.of("tenant", "job_1", new byte[0]),
                        new JobKey(graph("two")).of("tenant", "job_1", REQUEST)))
                .doesNotContain(key)
                .doesNotHaveDuplicates();
    }

    private static JobGraph graph(String model) {
        Map<String, Port> ports = Map.of("a", Port.of("text"), "b", Port.of("text"), "c", Port.of("text"));
        Map<String, String> inputs = Map.of("a", "question", "b", "question", "c", "question");
        return JobGraph.of(
                new GraphSpec(
                        "test",
                        Map.of("question", "text"),
                        List.of(new StageSpec(
                                "stage", "kind", model, inputs, Duration.ofSeconds(1), Fallback.NONE, true, 1, 1)),
                        Duration.ofSeconds(1),
                        Duration.ZERO),
                List.of(new Kind("kind", ports, "text", true, false, null)));
    }
}
