// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The benchmark that people run tells what it measured in a form that programs read. It reports; it asserts no speed. */
@ExtendWith(OnPlatform.class)
class BenchIT {

    @Test
    void servingIsMeasuredWithTheSameKeysInEachLine(Platform platform) {
        List<JsonNode> rows = rows(platform, "serve", "bench", "serve", "--json", "--streams", "1,4");

        assertThat(works(rows))
                .containsIgnoringCase("TTFT")
                .containsIgnoringCase("inter-token")
                .containsIgnoringCase("tokens");
    }

    @Test
    void schedulingIsMeasuredWithTheSameKeysInEachLine(Platform platform) {
        String[] shortly = {"--prefix", "64", "--prompt", "200", "--rounds", "1", "--seconds", "1"};
        List<JsonNode> rows = rows(
                platform,
                "scheduling",
                Stream.concat(Stream.of("bench", "scheduling", "--json"), Stream.of(shortly))
                        .toArray(String[]::new));

        assertThat(works(rows)).contains("TTFT").contains("inter-token");
    }

    @Test
    void thePipelineIsMeasuredWithTheSameKeysInEachLine(Platform platform) {
        List<JsonNode> rows = rows(platform, "pipeline", "bench", "pipeline", "--json", "--rounds", "1");

        assertThat(works(rows))
                .contains("first piece of text")
                .contains("all stages")
                .contains("stage intent");
    }

    @Test
    void eventsAreMeasuredWithTheSameKeysInEachLineAndLeaveNothing(Platform platform) {
        String[] shortly = {"--rounds", "1", "--changes", "5", "--burst", "40", "--rollouts", "1"};
        List<JsonNode> rows = rows(
                platform,
                "events",
                Stream.concat(Stream.of("bench", "events", "--json"), Stream.of(shortly))
                        .toArray(String[]::new));

        assertThat(works(rows)).contains("event read, p99").contains("the registry's processor");
        assertThat(works(rows)).contains("saga step latency").contains("first canary request");
        assertThat(platform.run("models", "list", "--json").succeeded().output())
                .contains("champion")
                .doesNotContain("bench-");
    }

    @Tag("long")
    @Test
    void theEngineIsMeasuredWithTheSameKeysInEachLine(Platform platform) {
        String[] shortly = {"--shapes", "smollm2-135m", "--weights", "int4", "--streams", "1", "--rounds", "1"};
        List<JsonNode> rows = rows(
                platform,
                "engine",
                Stream.concat(Stream.of("bench", "engine", "--json"), Stream.of(shortly))
                        .toArray(String[]::new));

        assertThat(works(rows)).contains("decode").contains("prefill");
    }

    @Tag("long")
    @Test
    void aShapeIsServedAndMeasuredAndLeavesNothing(Platform platform) {
        String[] shortly = {"--shape", "tiny", "--rounds", "1", "--seconds", "1", "--prefix", "64", "--prompt", "200"};
        List<JsonNode> rows = rows(
                platform,
                "shape",
                Stream.concat(Stream.of("bench", "shape", "--json", "--max-tokens", "32"), Stream.of(shortly))
                        .toArray(String[]::new));

        assertThat(works(rows))
                .contains("tokens, 8 streams")
                .contains("64-token prefix")
                .contains("200-token prompt");
        assertThat(platform.run("models", "list", "--json").succeeded().output())
                .contains("champion")
                .doesNotContain("bench-");
    }

    @Tag("long")
    @Test
    void theGatewayIsMeasuredWithTheSameKeysInEachLine(Platform platform) {
        String[] shortly = {"--warm-up", "1", "--seconds", "1", "--rounds", "1", "--rate", "50", "--idle", "10"};
        List<JsonNode> rows = rows(
                platform,
                "gateway",
                Stream.concat(Stream.of("bench", "gateway", "--json"), Stream.of(shortly))
                        .toArray(String[]::new));

        assertThat(works(rows)).contains("added to a request").contains("silent streams");
    }

    private static List<JsonNode> rows(Platform platform, String suite, String... command) {
        List<JsonNode> rows = platform.run(command)
                .succeeded()
                .output()
                .lines()
                .map(line -> (JsonNode) Platform.JSON.readTree(line))
                .toList();
        assertThat(rows).isNotEmpty().allSatisfy(row -> {
            assertThat(row.propertyNames())
                    .containsExactlyInAnyOrder(
                            "suite", "work", "unit", "ours", "peer", "peerName", "ratio", "goal", "met");
            assertThat(row.path("suite").asString("")).isEqualTo(suite);
            assertThat(row.path("ours").isNumber()).isTrue();
        });
        return rows;
    }

    private static String works(List<JsonNode> rows) {
        return rows.stream().map(row -> row.path("work").asString("")).toList().toString();
    }
}
