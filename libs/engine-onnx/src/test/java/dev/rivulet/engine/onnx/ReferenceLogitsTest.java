// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.sampling.Sampler;
import dev.rivulet.engine.sampling.Sampling;
import dev.rivulet.modelpackage.folder.ModelFolder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceLogitsTest {

    private static final int[] PROMPT = new SplittableRandom(5).ints(23, 0, 259).toArray();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"4, 4, true, F32", "4, 2, false, F32", "6, 2, true, BF16", "4, 1, false, F16", "8, 2, true, F16"})
    void logitsAndGreedyTokensEqualThoseOfAnIndependentForwardPass(
            int heads, int keyValueHeads, boolean tied, String dtype) throws Exception {
        TinyLlama model = TinyLlama.random(heads, keyValueHeads, tied, dtype, 11);
        ReferenceLlama reference = new ReferenceLlama(model);
        ModelFolder read = ModelFolder.open(model.write(folder));
        LoadedDecoder loaded = LoadedDecoder.load(
                read.config(), read.weights(), new EngineOptions(2, 0, 1, 64), OnnxSettings.ofSystem());
        try (DecoderRunner decoder = loaded.runner()) {
            FloatBuffer logits = decoder.prefill(1, 0, PROMPT);
            assertClose(logits, reference.logits(PROMPT));
            assertThat(greedy(decoder, 24)).isEqualTo(reference.greedy(PROMPT, 24));
        }
    }

    private static int[] greedy(DecoderRunner decoder, int count) {
        Sampler sampler = new Sampler(Sampling.GREEDY, new SplittableRandom(0));
        int[] answer = new int[count];
        int token = sampler.pick(decoder.prefill(0, 0, PROMPT), 0, decoder.vocabularySize());
        for (int i = 0; i < count; i++) {
            answer[i] = token;
            FloatBuffer logits = decoder.decode(1, new int[] {token}, new int[] {PROMPT.length + i});
            token = sampler.pick(logits, 0, decoder.vocabularySize());
        }
        return answer;
    }

    /** Within 1e-3 of the largest logit, and far closer than that in fact. */
    private static void assertClose(FloatBuffer actual, double[] expected) {
        double most = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int token = 0; token < expected.length; token++) {
            assertThat((double) actual.get(token)).isCloseTo(expected[token], within(1e-4 * most));
        }
    }

    private static org.assertj.core.data.Offset<Double> within(double apart) {
        return org.assertj.core.data.Offset.offset(apart);
    }
}
