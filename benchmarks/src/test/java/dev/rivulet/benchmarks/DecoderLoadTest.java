// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.testsupport.FakeDecoderRunner.Step;
import dev.rivulet.testsupport.FakeLanguageModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DecoderLoadTest {

    private final AtomicLong clock = new AtomicLong();
    private final List<Step> steps = new ArrayList<>();
    private final FakeLanguageModel model = new FakeLanguageModel(new EngineOptions(4, 32, 1, 8), 0, step -> {
        clock.addAndGet(1_000_000);
        steps.add(step);
    });

    @Test
    void countsPromptTokensInChunks() {
        double perSecond = load(20).prefill(Duration.ofMillis(30));
        assertThat(steps).extracting(Step::tokens).startsWith(8, 8, 4, 8, 8, 4);
        assertThat(perSecond).isCloseTo(20_000 / 3.0, within(1.0));
    }

    @Test
    void countsTheTokensOfAllRowsAndWrapsAtTheEndOfTheContext() {
        assertThat(load(20).decode(4, Duration.ofMillis(100))).isCloseTo(4000, within(1.0));
        assertThat(steps).filteredOn(step -> step.rows() == 4).hasSize(100);
    }

    @Test
    void decodesWholeSpans() {
        double perSecond = new DecoderLoad(model.decoder(), 20, 3, clock::get).decode(2, Duration.ofMillis(50));
        assertThat(steps).filteredOn(step -> step.rows() == 2).hasSize(51);
        assertThat(perSecond).isCloseTo(2000, within(1.0));
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetween() {
        assertThat(Duel.median(new double[] {3, 1, 2})).isEqualTo(2);
        assertThat(Duel.median(new double[] {4, 1})).isEqualTo(2.5);
    }

    @Test
    void aPromptMustLeaveRoomForAnAnswer() {
        assertThatIllegalArgumentException().isThrownBy(() -> load(32));
    }

    @Test
    void aLineHoldsEveryKeyEvenWithoutAPeer() {
        assertThat(BenchLine.alone("engine", "decode", "tokens/s", 12.5).json()).isEqualTo("""
                        {"suite":"engine","work":"decode","unit":"tokens/s","ours":12.5,"peer":null,"peerName":null,"ratio":null,"goal":null,"met":null}""");
    }

    private DecoderLoad load(int prompt) {
        return new DecoderLoad(model.decoder(), prompt, clock::get);
    }
}
