// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.sampling.Sampler;
import dev.rivulet.engine.sampling.Sampling;
import dev.rivulet.testsupport.DecoderRunnerContractTest;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OnnxDecoderRunnerTest extends DecoderRunnerContractTest {

    @TempDir
    Path folder;

    private final OnnxEngine engine = new OnnxEngine();

    @Override
    protected LanguageModel open(EngineOptions options) throws Exception {
        return engine.load(TinyLlama.random(4, 2, false, "F32", 7).write(folder.resolve("a")), options);
    }

    @Test
    void aBatchedRowEqualsTheRowAloneBitForBit() throws Exception {
        try (LanguageModel model = open(new EngineOptions(8, 0, 1, 32))) {
            DecoderRunner decoder = model.decoder();
            float[][] alone = new float[8][];
            for (int row = 0; row < 8; row++) {
                decoder.prefill(0, 0, prompt(row));
                alone[row] = row(decoder.decode(1, new int[] {row}, new int[] {3 + row}), 0, decoder);
            }
            int[] positions = new int[8];
            int[] tokens = new int[8];
            for (int row = 0; row < 8; row++) {
                decoder.prefill(row, 0, prompt(row));
                positions[row] = 3 + row;
                tokens[row] = row;
            }
            FloatBuffer together = decoder.decode(8, tokens, positions);
            for (int row = 0; row < 8; row++) {
                assertThat(row(together, row, decoder)).isEqualTo(alone[row]);
            }
        }
    }

    @Test
    @Timeout(120)
    void twoModelsDecodeAtOnceAndDoNotMix() throws Exception {
        Path other = TinyLlama.random(8, 2, true, "BF16", 8).write(folder.resolve("b"));
        EngineOptions options = new EngineOptions(2, 0, 1, 32);
        try (LanguageModel first = open(options);
                LanguageModel second = engine.load(other, options);
                var threads = Executors.newFixedThreadPool(2)) {
            int[] expectedFirst = answer(first, 0);
            int[] expectedSecond = answer(second, 0);
            assertThat(expectedFirst).isNotEqualTo(expectedSecond);
            var a = threads.submit(repeat(first, expectedFirst));
            var b = threads.submit(repeat(second, expectedSecond));
            assertThat(a.get()).isTrue();
            assertThat(b.get()).isTrue();
        }
    }

    @Test
    @Timeout(120)
    void closingWhileAStepRunsWaitsForIt() throws Exception {
        for (int i = 0; i < 10; i++) {
            LanguageModel model = open(new EngineOptions(4, 0, 1, 32));
            CountDownLatch running = new CountDownLatch(1);
            try (var threads = Executors.newSingleThreadExecutor()) {
                var steps = threads.submit(() -> decodeUntilClosed(model.decoder(), running));
                assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
                model.close();
                assertThat(steps.get()).isPositive();
            }
        }
    }

    private static int decodeUntilClosed(DecoderRunner decoder, CountDownLatch running) {
        int steps = 0;
        try {
            while (true) {
                decoder.decode(4, new int[4], new int[] {1, 2, 3, 4});
                steps++;
                running.countDown();
            }
        } catch (IllegalStateException closed) {
            return steps;
        }
    }

    private static Callable<Boolean> repeat(LanguageModel model, int[] expected) {
        return () -> {
            for (int i = 0; i < 20; i++) {
                assertThat(answer(model, 0)).isEqualTo(expected);
            }
            return true;
        };
    }

    private static int[] answer(LanguageModel model, int prompt) {
        DecoderRunner decoder = model.decoder();
        Sampler greedy = new Sampler(Sampling.GREEDY, new SplittableRandom(0));
        int length = prompt(prompt).length;
        int[] answer = new int[16];
        int token = greedy.pick(decoder.prefill(0, 0, prompt(prompt)), 0, decoder.vocabularySize());
        for (int i = 0; i < answer.length; i++) {
            answer[i] = token;
            FloatBuffer logits = decoder.decode(1, new int[] {token}, new int[] {length + i});
            token = greedy.pick(logits, 0, decoder.vocabularySize());
        }
        return answer;
    }

    private static float[] row(FloatBuffer logits, int row, DecoderRunner decoder) {
        float[] values = new float[decoder.vocabularySize()];
        logits.get(row * values.length, values);
        return values;
    }

    private static int[] prompt(int row) {
        return new SplittableRandom(row).ints(3 + row, 0, 256).toArray();
    }
}
