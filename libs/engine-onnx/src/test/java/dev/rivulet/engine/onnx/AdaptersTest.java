// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.ModelFolder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Adapters of every family against peft: conformance/adapters. */
class AdaptersTest {

    private static final Path ALL = Path.of("src", "test", "resources", "adapters");

    record Expected(int[] prompt, int[] greedy, float[] logits) {}

    static List<String> families() throws Exception {
        try (var folders = Files.list(ALL)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void rowsOfAnAdapterAndOfNoneDecodeTogetherAsEachAlone(String family) throws Exception {
        Expected expected = expected(family);
        var plain =
                DecoderFixture.of(family).expected().runs().getFirst().answers().getFirst();
        try (OnnxDecoderRunner decoder = open(family, 3, 16)) {
            int adapter = decoder.load(ALL.resolve(family));
            decoder.use(1, adapter);
            DecoderFamiliesTest.assertClose(decoder.prefill(1, 0, expected.prompt()), expected.logits());
            DecoderFamiliesTest.assertClose(decoder.prefill(0, 0, plain.prompt()), plain.logits());
            int size = decoder.vocabularySize();
            for (int i = 0; i + 1 < expected.greedy().length; i++) {
                FloatBuffer logits = decoder.decode(2, new int[] {plain.greedy()[i], expected.greedy()[i]}, new int[] {
                    plain.prompt().length + i, expected.prompt().length + i
                });
                assertThat(DecoderFamiliesTest.best(logits, 0, size)).isEqualTo(plain.greedy()[i + 1]);
                assertThat(DecoderFamiliesTest.best(logits, 1, size)).isEqualTo(expected.greedy()[i + 1]);
            }
        }
    }

    @Test
    void severalAdaptersShareABatchAndOneThatGoesLeavesTheOthersAlone() throws Exception {
        Expected expected = expected("llama");
        try (OnnxDecoderRunner decoder = open("llama", 3, 9)) {
            int first = decoder.load(ALL.resolve("llama"));
            int second = decoder.load(ALL.resolve("llama"));
            int third = decoder.load(ALL.resolve("llama"));
            assertThatThrownBy(() -> decoder.load(ALL.resolve("llama")))
                    .isInstanceOf(ModelRejectedException.class)
                    .hasMessageContaining("9 of 9 ranks are taken");
            decoder.unload(first);
            decoder.use(0, third);
            decoder.use(2, second);
            for (int slot : new int[] {0, 2}) {
                DecoderFamiliesTest.assertClose(decoder.prefill(slot, 0, expected.prompt()), expected.logits());
            }
            float[] without = copy(decoder.prefill(1, 0, expected.prompt()));
            decoder.unload(third);
            assertThat(copy(decoder.prefill(0, 0, expected.prompt()))).isEqualTo(without);
            assertThatIllegalArgumentException().isThrownBy(() -> decoder.use(0, third));
            int again = decoder.load(ALL.resolve("llama"));
            decoder.use(0, again);
            DecoderFamiliesTest.assertClose(decoder.prefill(0, 0, expected.prompt()), expected.logits());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "use_dora": false | "use_dora": true | use_dora
            "rank_pattern": {} | "rank_pattern": {"q_proj": 2} | rank_pattern
            "bias": "none" | "bias": "all" | bias
            "peft_type": "LORA" | "peft_type": "IA3" | peft_type
            "r": 3 | "r": 2 | rank must be 2
            "r": 3 | "r": 100000 | r must be
            "modules_to_save": null | "modules_to_save": ["lm_head"] | modules_to_save
            """)
    void whatAnAdapterWouldDoBeyondAddingAProductIsRefused(String from, String to, String message, @TempDir Path copy)
            throws Exception {
        String config = Files.readString(ALL.resolve("llama").resolve("adapter_config.json"));
        assertThat(config).contains(from);
        Files.writeString(copy.resolve("adapter_config.json"), config.replace(from, to));
        Files.copy(
                ALL.resolve("llama").resolve("adapter_model.safetensors"), copy.resolve("adapter_model.safetensors"));
        try (OnnxDecoderRunner decoder = open("llama", 1, 8)) {
            assertThatThrownBy(() -> decoder.load(copy))
                    .isInstanceOf(ModelRejectedException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void anAdapterOfAnotherModelIsRefused() throws Exception {
        try (OnnxDecoderRunner decoder = open("llama", 1, 8)) {
            assertThatThrownBy(() -> decoder.load(ALL.resolve("phi3")))
                    .isInstanceOf(ModelRejectedException.class)
                    .hasMessageContaining("no such matrix");
            assertThatThrownBy(() -> decoder.load(ALL.resolve("qwen2")))
                    .isInstanceOf(ModelRejectedException.class)
                    .hasMessageContaining("the model has [");
        }
    }

    private static float[] copy(FloatBuffer logits) {
        float[] copy = new float[logits.remaining()];
        logits.get(0, copy);
        return copy;
    }

    private static Expected expected(String family) throws Exception {
        String json = Files.readString(ALL.resolve(family).resolve("expected.json"));
        return JsonMapper.shared().readValue(json, Expected.class);
    }

    private static OnnxDecoderRunner open(String family, int slots, int rank) throws Exception {
        ModelFolder model = ModelFolder.open(DecoderFixture.of(family).folder());
        EngineOptions options = new EngineOptions(slots, 0, 1, 64).withAdapters(rank);
        return (OnnxDecoderRunner) LoadedDecoder.load(model.config(), model.weights(), options, OnnxSettings.ofSystem())
                .runner();
    }
}
