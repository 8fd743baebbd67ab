// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The benchmark of a start runs to its end and tells its figures as the others do. It reports; it asserts no speed. */
@Tag("long")
class StartupBenchIT {

    @Test
    void printsOneObjectALineWithTheSameKeys() {
        ProcessBuilder bench = new ProcessBuilder("benchmarks/startup", "--json")
                .directory(Platform.repository().toFile());

        List<JsonNode> rows = Finished.of(bench, Duration.ofMinutes(20))
                .succeeded()
                .output()
                .lines()
                .map(line -> (JsonNode) Platform.JSON.readTree(line))
                .toList();

        assertThat(rows).hasSizeGreaterThan(4).allSatisfy(row -> {
            assertThat(row.propertyNames())
                    .containsExactlyInAnyOrder(
                            "suite", "work", "unit", "ours", "peer", "peerName", "ratio", "goal", "met");
            assertThat(row.path("ours").asDouble()).isPositive();
        });
    }
}
