// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.importer;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.WeightKind;
import dev.rivulet.engine.onnx.ModelQuantiser;
import dev.rivulet.engine.onnx.OnnxSettings;
import dev.rivulet.engine.onnx.Quality;
import dev.rivulet.modelpackage.folder.ModelFolder;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * "Quantise once, test twice": makes a form, measures perplexity and greedy agreement against the original, and refuses what is worse
 * than the limits.
 *
 * @param model folder or GGUF file
 * @param forms folder of the form
 * @param text to calibrate and measure with
 * @param mostIncrease perplexity that may be added, as a share of the original's
 * @param leastAgreement share of greedy tokens that must stay
 */
record Quantisation(Path model, Path forms, TestText text, double mostIncrease, double leastAgreement) {
    private static final int SLOTS = 4;
    private static final int CONTEXT = 512;
    private static final int CHUNK = 128;

    /**
     * Makes the form of a kind; {@code auto} gives the smallest within the limits, which may be the original.
     *
     * @throws ModelRejectedException with the figures, if a kind that was asked for by name is worse
     */
    QuantisedForm make(String kind) throws IOException, ModelRejectedException {
        if (!(mostIncrease >= 0) || !(leastAgreement >= 0 && leastAgreement <= 1)) {
            throw new ModelRejectedException("--max-perplexity-increase is 0 or more, --min-agreement 0 to 1");
        }
        ModelQuantiser.Texts texts;
        try (ModelTokenizer tokenizer = ModelFolder.open(model).tokenizer()) {
            texts = text.tokens(tokenizer);
        }
        if (!kind.equals("auto")) {
            return make(kind, texts);
        }
        Map<String, String> refused = new TreeMap<>();
        for (String smaller : List.of("int4-gptq", "w8r")) {
            try {
                return make(smaller, texts);
            } catch (ModelRejectedException e) {
                refused.put("quality.refused." + smaller, shortened(String.valueOf(e.getMessage())));
            }
        }
        refused.put("weights", "f32");
        return new QuantisedForm("", refused);
    }

    private QuantisedForm make(String kind, ModelQuantiser.Texts texts) throws IOException, ModelRejectedException {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        WeightKind weights = kind.startsWith("int4") ? WeightKind.INT4 : WeightKind.named(kind);
        EngineOptions options = new EngineOptions(SLOTS, CONTEXT, threads, CHUNK).withWeights(weights, forms);
        ModelQuantiser.Texts used = kind.equals("int4") ? new ModelQuantiser.Texts(List.of(), texts.test()) : texts;
        Quality quality = new ModelQuantiser(OnnxSettings.ofSystem())
                .quantise(model, options, used, new Quality.Limits(1 + mostIncrease, leastAgreement));
        return new QuantisedForm(file(), facts(kind, quality));
    }

    private Map<String, String> facts(String kind, Quality quality) {
        Map<String, String> facts = new TreeMap<>();
        facts.put("weights", kind);
        facts.put("quality.text", text.name());
        facts.put("quality.tokens", Long.toString(quality.tokens()));
        facts.put("quality.perplexity.original", shown(quality.originalPerplexity()));
        facts.put("quality.perplexity.quantised", shown(quality.quantisedPerplexity()));
        facts.put("quality.perplexity.ratio", shown(quality.perplexityRatio()));
        facts.put("quality.agreement", shown(quality.agreement()));
        facts.put("quality.divergence", shown(quality.divergence()));
        return facts;
    }

    private static String shown(double figure) {
        return String.format(Locale.ROOT, "%.4f", figure);
    }

    private static String shortened(String message) {
        return message.substring(0, Math.min(500, message.length()));
    }

    /** The one form that is kept: those that were refused are gone. */
    private String file() throws IOException {
        try (Stream<Path> files = Files.list(forms)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .findFirst()
                    .orElseThrow()
                    .toAbsolutePath()
                    .toString();
        }
    }
}
