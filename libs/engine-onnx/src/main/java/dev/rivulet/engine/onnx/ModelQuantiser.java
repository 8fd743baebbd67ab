// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.modelpackage.quantisation.BlockInt4Form;
import dev.rivulet.modelpackage.quantisation.QuantisedModels;
import dev.rivulet.modelpackage.quantisation.QuantisedModels.Source;
import dev.rivulet.modelpackage.safetensors.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Quantises a model once, for an import: calibrated where there is something to calibrate with, measured against the original, and
 * kept only if it is good enough. Loads of the same weights with the same folder then use what was kept.
 */
public final class ModelQuantiser {

    /** Memory for what calibration gathers in one reading. */
    private static final long CALIBRATION_BYTES = 512L << 20;

    private final OnnxSettings settings;

    public ModelQuantiser(OnnxSettings settings) {
        this.settings = settings;
    }

    /**
     * Texts as tokens; those longer than the model's context are cut there.
     *
     * @param calibration texts that 4-bit weights are fitted to; none rounds to nearest
     * @param test other texts, to measure with
     */
    public record Texts(List<int[]> calibration, List<QualityMeter.Passage> test) {

        public Texts {
            calibration = List.copyOf(calibration);
            test = List.copyOf(test);
        }
    }

    /**
     * Makes, measures and keeps.
     *
     * @param options kind of weights, folder to keep them in, slots and context to measure with
     * @return the figures, within the limits
     * @throws ModelRejectedException if the folder can't be loaded, or the quantised model is worse than the limits; nothing is
     *     kept then
     */
    public Quality quantise(Path path, EngineOptions options, Texts texts, Quality.Limits limits)
            throws IOException, ModelRejectedException {
        Path kept = options.quantised();
        if (options.weights() == WeightKind.F32 || kept == null) {
            throw new IllegalArgumentException("give a kind of quantised weights and a folder to keep them in");
        }
        ModelFolder folder = ModelFolder.open(path);
        Weights weights = folder.weights();
        WeightForms forms = new WeightForms(folder.config(), weights, settings);
        QuantisedModels models = forms.kept(kept);
        Source source = forms.source();
        String label = make(folder, models, source, options, texts.calibration());
        boolean good = false;
        try {
            Quality quality = compare(folder, weights, options, texts.test()).check(limits);
            good = true;
            return quality;
        } finally {
            if (!good) {
                models.remove(label, source);
            }
        }
    }

    private String make(
            ModelFolder folder, QuantisedModels models, Source source, EngineOptions options, List<int[]> texts)
            throws IOException, ModelRejectedException {
        if (options.weights() != WeightKind.INT4) {
            var nearest = WeightForms.nearest(options.weights());
            models.make(nearest, source);
            return nearest.label();
        }
        models.remove(BlockInt4Form.CALIBRATED, source);
        List<int[]> usable = cut(texts, folder.config().contextLength());
        BlockInt4Form form = usable.isEmpty()
                ? BlockInt4Form.nearest()
                : BlockInt4Form.calibrated(new Grams(
                        folder.config(),
                        source.weights(),
                        source.matrices(),
                        usable,
                        options.threads(),
                        CALIBRATION_BYTES));
        models.make(form, source);
        return form.label();
    }

    private Quality compare(
            ModelFolder folder, Weights weights, EngineOptions options, List<QualityMeter.Passage> texts)
            throws IOException, ModelRejectedException {
        EngineOptions floats = options.withWeights(WeightKind.F32, null);
        try (DecoderRunner original = LoadedDecoder.load(folder.config(), weights, floats, settings.onProcessor())
                        .runner();
                DecoderRunner quantised = LoadedDecoder.load(folder.config(), weights, options, settings.onProcessor())
                        .runner()) {
            return QualityMeter.compare(original, quantised, texts);
        }
    }

    private static List<int[]> cut(List<int[]> texts, int length) {
        return texts.stream()
                .filter(text -> text.length > 0)
                .map(text -> text.length <= length ? text : java.util.Arrays.copyOf(text, length))
                .toList();
    }
}
