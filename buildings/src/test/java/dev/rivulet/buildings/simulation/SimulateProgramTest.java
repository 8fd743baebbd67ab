// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.buildings.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SimulateProgramTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aSeedRepeatsExactly() {
        String[] options = {"--devices", "60", "--cohort", "10", "--rounds", "4", "--dropout", "0.2", "--json"};
        String first = run(0, options);
        assertThat(run(0, options)).isEqualTo(first);
        assertThat(run(
                        0,
                        "--devices",
                        "60",
                        "--cohort",
                        "10",
                        "--rounds",
                        "4",
                        "--dropout",
                        "0.2",
                        "--json",
                        "--seed",
                        "2"))
                .isNotEqualTo(first);
    }

    @Test
    void theTableHasALineForEachStrategyUnderEachAttack() {
        String table = run(
                0,
                "--data",
                "iid",
                "--devices",
                "40",
                "--cohort",
                "20",
                "--rounds",
                "2",
                "--strategies",
                "fedavg,median",
                "--attacks",
                "none,sybils");
        assertThat(table.lines().filter(line -> line.startsWith("fedavg") || line.startsWith("median")))
                .hasSize(4);
    }

    @Test
    void aDefenceKeepsWhatSignFlipsTake() {
        List<JsonNode> lines = run(
                        0,
                        "--data",
                        "iid",
                        "--devices",
                        "100",
                        "--cohort",
                        "20",
                        "--rounds",
                        "8",
                        "--strategies",
                        "fedavg,multi-krum",
                        "--attacks",
                        "none,sign-flip",
                        "--dishonest",
                        "0.15",
                        "--json")
                .lines()
                .map(JsonMapper.shared()::readTree)
                .toList();
        double clean = lines.get(0).path("accuracy").asDouble();
        assertThat(lines.get(1).path("accuracy").asDouble()).isLessThan(clean - 0.1);
        assertThat(lines.get(3).path("accuracy").asDouble())
                .isGreaterThan(lines.get(1).path("accuracy").asDouble() + 0.1);
    }

    @Test
    void updatesMayComeAtAnyTime() {
        String lines = run(
                0,
                "--mode",
                "async",
                "--strategies",
                "fedbuff,fedasync",
                "--devices",
                "50",
                "--cohort",
                "8",
                "--rounds",
                "1",
                "--stragglers",
                "0.2",
                "--json");
        assertThat(lines.lines()).hasSize(2).allMatch(line -> line.contains("\"simulated_seconds\":10.0"));
    }

    @Test
    void whatCantBeSimulatedIsSaidInAWord() {
        run(2, "--strategies", "best");
        run(2, "--strategies", "bulyan", "--cohort", "10", "--dishonest", "0.3");
        run(2, "--attacks", "shouting");
        run(2, "--strategies", "fedbuff");
        run(2, "--devices", "10", "--cohort", "20");
        run(2, "--data", "buildings", "--devices", "500");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(
                        "no strategy best",
                        "needs a cohort of",
                        "no attack shouting",
                        "for mode async",
                        "fewer devices",
                        "at most 400")
                .doesNotContain("\tat ");
    }

    /** The limit of the test's heap is far below what ten thousand devices' data would take together. */
    @Test
    @Tag("long")
    void tenThousandDevicesNeedTheMemoryOfACohort() {
        String table = run(0, "--devices", "10000", "--cohort", "200", "--rounds", "10", "--dropout", "0.05");
        assertThat(table).contains("10000 devices");
        System.out.print(table);
    }

    private String run(int exit, String... options) {
        out.reset();
        int code = SimulateProgram.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                options);
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(exit);
        return out.toString(StandardCharsets.UTF_8);
    }
}
