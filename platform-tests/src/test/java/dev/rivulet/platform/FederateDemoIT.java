// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The demonstration with few buildings and rounds: devices of the SDK against the federation-service of the running platform. */
@Tag("long")
@ExtendWith(OnPlatform.class)
class FederateDemoIT {

    @Test
    void aFewBuildingsMakeVersionsUnderMasksAndNoise(Platform platform) throws Exception {
        List<JsonNode> told = platform.run(
                        "federate",
                        "demo",
                        "--devices",
                        "8",
                        "--rounds",
                        "3",
                        "--seed",
                        "2",
                        "--noise",
                        "0.2",
                        "--json")
                .succeeded()
                .output()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(JsonMapper.shared()::readTree)
                .toList();

        JsonNode report = told.getLast();
        assertThat(report.path("stopped").asString()).isEqualTo("rounds_done");
        assertThat(report.path("versions").asInt()).isEqualTo(3);
        assertThat(report.path("largest_update_bytes").asLong()).isBetween(1_000L, 51_200L);
        assertThat(report.path("epsilon").asDouble()).isPositive();
        assertThat(report.path("accuracy_federated").asDouble()).isBetween(0.3, 1.0);
        assertThat(Files.size(Path.of(report.path("file").asString()))).isGreaterThan(16_383 * 4L);
        assertThat(platform.run("federate", "report", report.path("federation").asString(), "--json")
                        .succeeded()
                        .output())
                .contains("\"versions\":3");
        assertThat(platform.run("federate", "list").succeeded().output())
                .contains(report.path("federation").asString(), "rounds done");
    }

    @Test
    void withoutMasksFewBuildingsLearn(Platform platform) {
        String output = platform.run("federate", "demo", "--devices", "8", "--rounds", "4", "--plain", "--json")
                .succeeded()
                .output();
        JsonNode report = JsonMapper.shared()
                .readTree(output.lines().reduce((first, second) -> second).orElseThrow());
        assertThat(report.path("accuracy_federated").asDouble())
                .isGreaterThan(report.path("accuracy_shipped").asDouble());
    }
}
