// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ShapeBenchTest {

    @Test
    void everyWorkIsALineAndWithoutAPeerThereIsNone() {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        int code = ShapeBench.run(
                new PrintStream(told, true, StandardCharsets.UTF_8),
                ("--json --shapes tiny --weights f32,w8r,int4 --streams 1,3 --prefill 48 --context 32 --threads 1"
                                + " --millis 5 --rounds 1")
                        .split(" "));
        assertThat(code).isZero();
        List<JsonNode> lines = told.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
        assertThat(lines)
                .extracting(line -> line.path("work").asString(""))
                .containsExactly(
                        "decode 1, tiny f32",
                        "decode 3, tiny f32",
                        "prefill 48, tiny f32",
                        "decode 1, tiny w8r",
                        "decode 3, tiny w8r",
                        "prefill 48, tiny w8r",
                        "decode 1, tiny int4",
                        "decode 3, tiny int4",
                        "prefill 48, tiny int4");
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.path("ours").asDouble(0)).isPositive();
            assertThat(line.path("peer").isNull()).isTrue();
            assertThat(line.path("peerName").isNull()).isTrue();
        });
    }

    @Test
    void aGoalIsMetOrMissedByTheRatio() {
        assertThat(BenchLine.beside("engine", "decode 8", "tokens/s", 30, 10, "peer", 2)
                        .json())
                .isEqualTo("""
                        {"suite":"engine","work":"decode 8","unit":"tokens/s","ours":30.0,"peer":10.0,"peerName":"peer","ratio":3.0,"goal":"ratio >= 2.0","met":true}""");
        assertThat(BenchLine.beside("engine", "decode 8", "tokens/s", 10, 10, "peer", 2)
                        .met())
                .isFalse();
    }

    @Test
    void anUnknownShapeIsRefusedByName() {
        assertThat(ShapeBench.run(System.out, "--shapes", "none")).isEqualTo(1);
    }
}
