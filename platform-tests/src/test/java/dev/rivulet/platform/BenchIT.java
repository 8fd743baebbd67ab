package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The benchmark that people run tells what it measured in a form that programs read. It reports; it asserts no speed. */
@ExtendWith(OnPlatform.class)
class BenchIT {

    @Test
    void printsOneObjectALineWithTheSameKeys(Platform platform) {
        List<JsonNode> rows = platform.run("bench", "serve", "--json", "--streams", "1,4")
                .succeeded()
                .output()
                .lines()
                .map(line -> (JsonNode) Platform.JSON.readTree(line))
                .toList();

        assertThat(rows).isNotEmpty().allSatisfy(row -> {
            assertThat(row.propertyNames())
                    .containsExactlyInAnyOrder(
                            "suite", "work", "unit", "ours", "peer", "peerName", "ratio", "goal", "met");
            assertThat(row.path("suite").asString("")).isEqualTo("serve");
            assertThat(row.path("ours").isNumber()).isTrue();
        });
        assertThat(rows.stream()
                        .map(row -> row.path("work").asString(""))
                        .toList()
                        .toString())
                .containsIgnoringCase("TTFT")
                .containsIgnoringCase("inter-token")
                .containsIgnoringCase("tokens");
    }
}
