// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The closed loop's demonstration on the running platform. */
@Tag("long")
@ExtendWith(OnPlatform.class)
class LoopIT {

    private static final Duration PROMISED = Duration.ofMinutes(10);

    @Test
    void whatPeopleCorrectedServesThemAndAPoisonedVersionIsTakenBack(Platform platform) {
        String output = platform.run(PROMISED, "demo", "loop", "--seed", "2", "--json")
                .succeeded()
                .output();
        JsonNode report = Platform.JSON.readTree(output.lines()
                .filter(line -> line.startsWith("{"))
                .reduce((first, second) -> second)
                .orElseThrow());

        assertThat(report.path("learnt").path("state").asString()).isEqualTo("promoted");
        assertThat(report.path("poisoned").path("state").asString()).isEqualTo("rolled_back");
        assertThat(report.path("champion").asString())
                .isEqualTo(report.path("learnt").path("candidate").asString());
        assertThat(report.path("update_bytes").asLong()).isPositive();
        for (JsonNode house : report.path("houses")) {
            String name = house.asString();
            assertThat(own(report, "accuracy_after", name))
                    .as(name)
                    .isGreaterThan(own(report, "accuracy_before", name));
            assertThat(report.path("epsilon").path(name).asDouble()).isPositive();
        }
    }

    private static double own(JsonNode report, String when, String house) {
        return report.path(when).path(house).path("own").asDouble();
    }
}
