// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.DecoderRunner;
import dev.rivulet.engine.EngineOptions;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.engine.onnx.DecoderFixture.Answer;
import dev.rivulet.engine.onnx.DecoderFixture.Expected;
import dev.rivulet.modelpackage.folder.ModelFolder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Models in GGUF files against transformers with the values that the files hold; {@code conformance/gguf} writes both. */
class GgufModelsTest {

    private static final Path MODELS = Path.of("src/test/resources/gguf");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen2", "qwen3", "gemma2", "gemma3", "phi3", "olmo2"})
    void logitsAndGreedyTokensAreThoseOfTheReference(String name) throws Exception {
        String json = Files.readString(MODELS.resolve(name + ".json"));
        Expected expected = JsonMapper.shared().readValue(json, Expected.class);
        ModelFolder model = ModelFolder.open(MODELS.resolve(name + ".gguf"));
        EngineOptions options = new EngineOptions(1, 0, 1, 32);
        LoadedDecoder loaded = LoadedDecoder.load(model.config(), model.weights(), options, OnnxSettings.ofSystem());
        try (DecoderRunner decoder = loaded.runner()) {
            for (Answer answer : expected.runs().getFirst().answers()) {
                FloatBuffer logits = decoder.prefill(0, 0, answer.prompt());
                DecoderFamiliesTest.assertClose(logits, answer.logits());
                int position = answer.prompt().length;
                for (int token : answer.greedy()) {
                    assertThat(DecoderFamiliesTest.best(logits, 0, decoder.vocabularySize()))
                            .isEqualTo(token);
                    logits = decoder.decode(1, new int[] {token}, new int[] {position++});
                }
                DecoderFamiliesTest.assertClose(logits, answer.logitsAfter());
            }
        }
    }

    @Test
    void aFolderWithOneFileIsThatModelAndNeedsATokenizerBesideIt() throws Exception {
        Files.copy(MODELS.resolve("qwen2.gguf"), folder.resolve("model.gguf"));
        ModelFolder model = ModelFolder.open(folder);
        assertThat(model.config().architecture()).isEqualTo("Qwen2ForCausalLM");
        assertThatThrownBy(model::tokenizer)
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContainingAll("tokenizer.json: missing beside model.gguf", "copy that of the original");
        Files.copy(MODELS.resolve("qwen2.gguf"), folder.resolve("second.gguf"));
        assertThatThrownBy(() -> ModelFolder.open(folder)).hasMessageContaining("several GGUF files");
    }

    @Test
    void anArchitectureThatIsNotSupportedIsRefusedByName() throws Exception {
        byte[] file = Files.readAllBytes(MODELS.resolve("qwen2.gguf"));
        String text = new String(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        Files.writeString(
                folder.resolve("a.gguf"), text.replace("qwen2", "rwkv7"), java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> ModelFolder.open(folder.resolve("a.gguf")))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContainingAll("a.gguf", "'rwkv7', which is not supported", "gemma2, gemma3, llama");
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "gemma3", "phi3"})
    void aDamagedFileIsReadOrRefusedAndNothingElse(String name) throws Exception {
        byte[] whole = Files.readAllBytes(MODELS.resolve(name + ".gguf"));
        SplittableRandom random = new SplittableRandom(3);
        Path file = folder.resolve("a.gguf");
        for (int i = 0; i < 300; i++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(6) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int change = 0; change < 3 && damaged.length > 0; change++) {
                damaged[random.nextInt(Math.min(damaged.length, 4000))] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            try {
                ModelFolder model = ModelFolder.open(file);
                for (String tensor : model.weights().names()) {
                    model.weights().floats(tensor);
                }
            } catch (ModelRejectedException e) {
                assertThat(e).hasMessageContaining("a.gguf");
            }
        }
    }
}
