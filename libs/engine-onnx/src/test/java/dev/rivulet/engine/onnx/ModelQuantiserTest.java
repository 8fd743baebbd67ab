// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.engine.onnx.ModelQuantiser.Texts;
import dev.rivulet.engine.onnx.QualityMeter.Passage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelQuantiserTest {

    private static final Quality.Limits ANY = new Quality.Limits(1000, 0);

    @TempDir
    Path folder;

    private final ModelQuantiser quantiser = new ModelQuantiser(OnnxSettings.ofSystem());
    private final List<int[]> calibration = texts(1, 48);
    private final List<Passage> test =
            texts(2, 12).stream().map(text -> new Passage(text, 4)).toList();

    @BeforeEach
    void model() throws Exception {
        TinyLlama.random(4, 2, true, "BF16", 5).write(folder);
    }

    @Test
    void aModelComparedWithItselfIsTheSame() throws Exception {
        try (var model = new OnnxEngine().load(folder, new EngineOptions(4, 0, 1, 32))) {
            DecoderRunner decoder = model.decoder();
            Quality quality = QualityMeter.compare(decoder, decoder, test);
            assertThat(quality.tokens()).isEqualTo(12 * (40 - 4));
            assertThat(quality.agreement()).isEqualTo(1);
            assertThat(quality.perplexityRatio()).isEqualTo(1);
            assertThat(quality.divergence()).isCloseTo(0, within(1e-9));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> QualityMeter.compare(decoder, decoder, List.of(new Passage(new int[] {1}, 1))));
        }
    }

    @Test
    void eightBitsAreCloserThanFourAndCalibratedFourCloserThanNearest() throws Exception {
        Quality eight = quantise(WeightKind.W8R, List.of());
        Quality nearest = quantise(WeightKind.INT4, List.of());
        Quality calibrated = quantise(WeightKind.INT4, calibration);
        assertThat(eight.divergence()).isLessThan(nearest.divergence() / 4);
        assertThat(calibrated.divergence()).isLessThan(nearest.divergence());
        assertThat(files()).as("calibrated, nearest and 8 bits").hasSize(3);
    }

    @Test
    void aFormWorseThanTheLimitsIsRefusedWithFiguresAndNotKept() throws Exception {
        EngineOptions options = options(WeightKind.INT4);
        assertThatExceptionOfType(ModelRejectedException.class)
                .isThrownBy(() -> quantiser.quantise(
                        folder, options, new Texts(List.of(), test), new Quality.Limits(1.0001, 0.999)))
                .withMessageContainingAll("perplexity", "at most 1.000", "at least 99.9 %", "more bits");
        assertThat(files()).isEmpty();
    }

    @Test
    void figuresThatAreNoNumbersAreRefused() {
        Quality broken = new Quality(10, 2, Double.NaN, 1, 0);
        assertThatExceptionOfType(ModelRejectedException.class).isThrownBy(() -> broken.check(ANY));
    }

    private Quality quantise(WeightKind kind, List<int[]> texts) throws IOException, ModelRejectedException {
        return quantiser.quantise(folder, options(kind), new Texts(texts, test), ANY);
    }

    private EngineOptions options(WeightKind kind) {
        return new EngineOptions(4, 0, 1, 32).withWeights(kind, folder.resolve("kept"));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("kept"))) {
            return files.toList();
        }
    }

    private static List<int[]> texts(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        return IntStream.range(0, count)
                .mapToObj(i -> random.ints(40, 0, 256).toArray())
                .toList();
    }
}
