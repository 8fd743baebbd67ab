// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.engine.onnx.ModelQuantiser.Texts;
import dev.rivulet.engine.onnx.QualityMeter.Passage;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedFormTest {

    @TempDir
    Path folder;

    @Test
    void aFormThatCameWithAModelIsUsedAndNoneIsMade() throws Exception {
        Path model = folder.resolve("model");
        TinyLlama.random(4, 2, true, "BF16", 5).write(model);
        EngineOptions elsewhere = new EngineOptions(2, 0, 1, 32).withWeights(WeightKind.INT4, folder.resolve("kept"));
        float[] nearest = logits(model, elsewhere);
        calibrate(model);

        assertThat(logits(model, elsewhere)).as("the calibrated weights").isNotEqualTo(nearest);

        EngineOptions other = elsewhere.withWeights(WeightKind.W8R, folder.resolve("other"));
        logits(model, other);
        assertThat(folder.resolve("other"))
                .as("a kind that did not come is made")
                .isNotEmptyDirectory();
        assertThat(model.resolve("quantised").toFile().list()).hasSize(1);
    }

    private static void calibrate(Path model) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        List<int[]> texts = IntStream.range(0, 32)
                .mapToObj(i -> random.ints(40, 0, 256).toArray())
                .toList();
        EngineOptions own = new EngineOptions(2, 0, 1, 32).withWeights(WeightKind.INT4, model.resolve("quantised"));
        new ModelQuantiser(OnnxSettings.ofSystem())
                .quantise(
                        model,
                        own,
                        new Texts(texts, List.of(new Passage(texts.getFirst(), 4))),
                        new Quality.Limits(1000, 0));
    }

    private static float[] logits(Path model, EngineOptions options) throws Exception {
        try (LanguageModel loaded = new OnnxEngine().load(model, options)) {
            FloatBuffer logits = loaded.decoder().prefill(0, 0, new int[] {1, 2, 3});
            float[] values = new float[logits.remaining()];
            logits.get(0, values);
            return values;
        }
    }
}
