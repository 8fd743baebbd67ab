// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.CacheKind;
import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.onnx.DecoderFixture.Answer;
import dev.rivulet.engine.onnx.DecoderFixture.Run;
import dev.rivulet.modelpackage.folder.ModelFolder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys and values of 8 bits: near the logits of the reference in every family, and moved between slots like floats. */
class ByteCacheTest {

    private static final double MOST_APART = 0.1;
    private static final double ROUNDING_SHOWS = 1e-6;

    @ParameterizedTest
    @MethodSource("dev.rivulet.engine.onnx.DecoderFamiliesTest#families")
    void logitsStayNearWhatTransformersComputes(String family) throws Exception {
        DecoderFixture fixture = DecoderFixture.of(family);
        for (Run run : fixture.expected().runs()) {
            try (DecoderRunner decoder = open(fixture, run, run.answers().size())) {
                List<Answer> answers = run.answers();
                for (int row = 0; row < answers.size(); row++) {
                    Answer answer = answers.get(row);
                    decoder.prefill(row, 0, Arrays.copyOf(answer.prompt(), answer.prompt().length));
                    for (int i = 0; i < answer.greedy().length - 1; i++) {
                        decoder.prefill(row, answer.prompt().length + i, new int[] {answer.greedy()[i]});
                    }
                }
                int last = answers.getFirst().greedy().length - 1;
                int[] next = answers.stream()
                        .mapToInt(answer -> answer.greedy()[last])
                        .toArray();
                int[] positions = answers.stream()
                        .mapToInt(answer -> answer.prompt().length + last)
                        .toArray();
                FloatBuffer logits = decoder.decode(answers.size(), next, positions);
                for (int row = 0; row < answers.size(); row++) {
                    int vocabulary = decoder.vocabularySize();
                    assertThat(QuantisedFamiliesTest.error(
                                    logits.slice(row * vocabulary, vocabulary),
                                    answers.get(row).logitsAfter()))
                            .as("relative RMS error")
                            .isBetween(ROUNDING_SHOWS, MOST_APART);
                }
            }
        }
    }

    @Test
    void slotsAreCopiedAndSwapped() throws Exception {
        DecoderFixture fixture = DecoderFixture.of("llama");
        Run run = fixture.expected().runs().getFirst();
        int[] prompt = run.answers().getFirst().prompt();
        try (DecoderRunner decoder = open(fixture, run, 3)) {
            decoder.prefill(0, 0, prompt);
            float[] expected = next(decoder, 0, prompt.length);
            decoder.copy(0, 2, prompt.length);
            assertThat(next(decoder, 2, prompt.length)).isEqualTo(expected);
            decoder.prefill(1, 0, new int[] {1, 2});
            decoder.swap(2, prompt.length, 1, 2);
            assertThat(next(decoder, 1, prompt.length)).isEqualTo(expected);
        }
    }

    @Test
    void aQuarterOfTheCacheIsTaken(@TempDir Path folder) throws Exception {
        TinyLlama.random(4, 2, true, "F32", 6).write(folder);
        OnnxEngine engine = new OnnxEngine();
        EngineOptions options = new EngineOptions(64, 0, 1, 32);
        long slots = 64L * 128 * 2 * 16 * 2 * 2;
        try (LanguageModel floats = engine.load(folder, options);
                LanguageModel bytes = engine.load(folder, options.withCache(CacheKind.INT8))) {
            assertThat(floats.facts().memoryBytes() - bytes.facts().memoryBytes())
                    .isEqualTo(slots * 3);
        }
    }

    private static float[] next(DecoderRunner decoder, int slot, int position) {
        float[] logits = new float[decoder.vocabularySize()];
        decoder.prefill(slot, position, new int[] {7}).get(logits);
        return logits;
    }

    private static int[] text(Answer answer) {
        return IntStream.concat(Arrays.stream(answer.prompt()), Arrays.stream(answer.greedy()))
                .toArray();
    }

    private static DecoderRunner open(DecoderFixture fixture, Run run, int slots) throws Exception {
        ModelFolder model = ModelFolder.open(fixture.folder());
        EngineOptions options = new EngineOptions(slots, run.contextLength(), 1, 64).withCache(CacheKind.INT8);
        List<int[]> texts = run.answers().stream().map(ByteCacheTest::text).toList();
        return LoadedDecoder.load(model.config(), model.weights(), options, OnnxSettings.ofSystem(), texts)
                .runner();
    }
}
