// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.Engine;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.LanguageModel;
import dev.rivulet.engine.sampling.Sampling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OnnxEngineTest {

    private static final Path MEMORY = Path.of("/proc/self/statm");

    @TempDir
    Path folder;

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(Engine.class)).extracting(Engine::name).contains("onnxruntime-cpu");
    }

    @Test
    void aModelStatesItsFacts() throws Exception {
        TinyLlama tiny = TinyLlama.random(4, 2, true, "F32", 1);
        try (LanguageModel model = new OnnxEngine().load(tiny.write(folder), new EngineOptions(3, 4096, 1, 8))) {
            assertThat(model.facts().architecture()).isEqualTo("LlamaForCausalLM");
            assertThat(model.facts().contextLength())
                    .as("never more than declared")
                    .isEqualTo(128);
            assertThat(model.facts().vocabularySize()).isEqualTo(259);
            assertThat(model.facts().endTokens()).containsExactlyInAnyOrder(257, 258);
            assertThat(model.facts().defaults()).isEqualTo(Sampling.GREEDY);
            long parameters = tiny.weights().values().stream()
                    .mapToLong(values -> values.length)
                    .sum();
            assertThat(model.facts().parameters()).isEqualTo(parameters);
            long cache = 2L * 2 * 3 * 128 * 2 * 16 * 4;
            assertThat(model.facts().memoryBytes()).isBetween(cache + 4 * parameters, cache + 5 * parameters);
        }
    }

    @Test
    void tokenizerAndTemplateComeFromTheFolder() throws Exception {
        Path tiny = TinyLlama.random(4, 2, true, "F32", 1).write(folder);
        try (LanguageModel model = new OnnxEngine().load(tiny, new EngineOptions(1, 0, 1, 8))) {
            var prompt = model.chatTemplate().render(List.of(new ChatMessage("user", "Hé <|im_end|>")), true);
            assertThat(prompt.text()).isEqualTo("<|im_start|>user\nHé <|im_end|><|im_end|>\n<|im_start|>assistant\n");
            int[] tokens = model.tokenizer().encode(prompt);
            assertThat(tokens).startsWith(256, 'u').contains(0xc3, 0xa9).containsOnlyOnce(257);
            assertThat(model.tokenizer().decode(model.tokenizer().encode("Hé 😀")))
                    .isEqualTo("Hé 😀");
        }
    }

    @Test
    @Timeout(300)
    void loadingAndClosingManyTimesKeepsNoMemory() throws Exception {
        assumeTrue(Files.exists(MEMORY), "resident memory is read from /proc, which this system has not");
        Path tiny = TinyLlama.random(4, 2, false, "BF16", 1).write(folder);
        loadAndClose(tiny, 40);
        long before = residentBytes();
        loadAndClose(tiny, 200);
        // One cache alone is 8 MiB: a leak of it, or of the weights, would show as hundreds.
        assertThat(residentBytes() - before).isLessThan(96L << 20);
    }

    private static void loadAndClose(Path tiny, int times) throws Exception {
        OnnxEngine engine = new OnnxEngine();
        for (int i = 0; i < times; i++) {
            try (LanguageModel model = engine.load(tiny, new EngineOptions(128, 0, 1, 8))) {
                model.decoder().decode(4, new int[4], new int[4]);
            }
        }
    }

    private static long residentBytes() throws Exception {
        System.gc();
        return Long.parseLong(Files.readString(MEMORY).split(" ")[1]) * 4096;
    }
}
