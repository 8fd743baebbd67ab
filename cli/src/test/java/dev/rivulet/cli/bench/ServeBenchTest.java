// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.cli.home.UsageException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Figures and their forms. */
class ServeBenchTest {

    @Test
    void aLineHasEveryKeyAndNullsWhereThereIsNoPeer() {
        String alone =
                BenchLine.alone("serve", "TTFT p50, 1 stream", "ms", 1.23456).json();

        assertThat(alone)
                .isEqualTo("{\"suite\":\"serve\",\"work\":\"TTFT p50, 1 stream\",\"unit\":\"ms\",\"ours\":1.235,"
                        + "\"peer\":null,\"peerName\":null,\"ratio\":null,\"goal\":null,\"met\":null}");
        JsonNode beside = new JsonMapper()
                .readTree(BenchLine.beside("serve", "tokens", "tokens/s", 90, 100, "bare engine")
                        .json());
        assertThat(beside.path("ratio").asDouble()).isEqualTo(0.9);
    }

    @Test
    void figuresOfTheEnginesProgramAreReadBackWithTheirGoals() {
        String told =
                "{\"suite\":\"engine\",\"work\":\"decode 8, shape int4\",\"unit\":\"tokens/s\",\"ours\":30.0,\"peer\":20.0,"
                        + "\"peerName\":\"llama.cpp\",\"ratio\":1.5,\"goal\":\"ratio >= 2.0\",\"met\":false}";
        BenchLine line = JsonMapper.shared().readValue(told, BenchLine.class);

        assertThat(line.json()).isEqualTo(told);
        assertThat(BenchLine.table(List.of(line))).contains("decode 8, shape int4", "1.50", "ratio >= 2.0 missed");
    }

    @Test
    void aProgramThatWasNotBuiltIsNamedWithTheCommandThatBuildsIt() {
        assertThatThrownBy(() -> new BenchProgram(Path.of("missing.jar"), "Program", System.err))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("missing.jar")
                .hasMessageContaining("mvn package -pl benchmarks");
    }

    @Test
    void percentilesAreNearestRanks() {
        Samples samples = new Samples();
        for (int i = 1; i <= 100; i++) {
            samples.add(i * 1_000_000L);
        }

        assertThat(samples.millis(0.5)).isEqualTo(50);
        assertThat(samples.millis(0.99)).isEqualTo(99);
        assertThat(samples.millis(1)).isEqualTo(100);
    }

    @Test
    void theBareEngineReadsPromptsToo() {
        BareEngine.Speed speed = BareEngine.read(List.of(
                "a remark",
                "{\"suite\":\"engine\",\"work\":\"prefill of 128 tokens in chunks of 64\",\"unit\":\"tokens/s\",\"ours\":1000}",
                "{\"suite\":\"engine\",\"work\":\"decode, 8 rows\",\"unit\":\"tokens/s\",\"ours\":200}"));

        assertThat(speed).isEqualTo(new BareEngine.Speed(1000, 200));
        assertThat(speed.tokensPerSecond(1000, 200)).isEqualTo(100);
    }

    @Test
    void anEngineThatTellsNoSpeedIsAnError() {
        assertThatThrownBy(() -> BareEngine.read(List.of("no model")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("no model");
    }
}
