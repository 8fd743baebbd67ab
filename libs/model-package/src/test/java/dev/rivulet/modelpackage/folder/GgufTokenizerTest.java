// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.Detokenizer;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.gguf.GgufFile;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Tokenizers in GGUF files against their originals; {@code conformance/gguf/tokenizers_in_gguf.py} writes both. */
class GgufTokenizerTest {

    private static final Path FILES = Path.of("src/test/resources/gguf/tokenizers");

    @TempDir
    Path folder;

    record Case(String text, int[] ids, String decoded) {}

    private static ModelTokenizer tokenizer(Path file) throws Exception {
        return ModelTokenizer.read(GgufTokenizer.of(GgufFile.open(file)).json());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-2", "llama-bpe", "qwen2", "smollm", "pieces", "pieces-without-prefix"})
    void tokensAndTextsAreThoseOfTheOriginal(String name) throws Exception {
        List<Case> cases =
                List.of(JsonMapper.shared().readValue(Files.readString(FILES.resolve(name + ".json")), Case[].class));
        assertThat(cases).hasSizeGreaterThan(5);
        try (ModelTokenizer tokenizer = tokenizer(FILES.resolve(name + ".gguf"))) {
            for (Case each : cases) {
                assertThat(tokenizer.encode(each.text())).as(each.text()).isEqualTo(each.ids());
                Detokenizer detokenizer = tokenizer.detokenizer();
                StringBuilder text = new StringBuilder();
                for (int id : each.ids()) {
                    text.append(detokenizer.append(id));
                }
                text.append(detokenizer.flush());
                assertThat(text).as(each.text()).hasToString(each.decoded());
            }
        }
    }

    @Test
    void templateAndSpecialTokensComeFromTheFile() throws Exception {
        TokenizerConfig config = GgufTokenizer.config(GgufFile.open(FILES.resolve("qwen2.gguf")));
        assertThat(config.specialTokens())
                .containsEntry("eos_token", "<|end|>")
                .containsEntry("bos_token", "<|begin|>");
        assertThat(config.chatTemplate())
                .hasValueSatisfying(text -> assertThat(text).contains("messages"));
    }

    @Test
    void aKindOfWordsThatIsNotKnownIsRefusedByName() throws Exception {
        assertThatThrownBy(() -> tokenizer(changed("qwen2", "qwen2", "qwen9")))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContainingAll("qwen9", "gpt-2, llama-bpe", "tokenizer.json beside the file");
        assertThatThrownBy(() -> tokenizer(changed("gpt-2", "gpt2", "rwkv")))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContainingAll("'rwkv'", "gpt2 and llama");
    }

    private Path changed(String name, String from, String to) throws Exception {
        String bytes = Files.readString(FILES.resolve(name + ".gguf"), StandardCharsets.ISO_8859_1);
        assertThat(bytes).contains(from);
        return Files.writeString(folder.resolve("a.gguf"), bytes.replace(from, to), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-bpe", "pieces"})
    void aDamagedTokenizerIsReadOrRefusedAndNothingElse(String name) throws Exception {
        byte[] whole = Files.readAllBytes(FILES.resolve(name + ".gguf"));
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 150; i++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(6) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int change = 0; change < 3 && damaged.length > 0; change++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve("a.gguf"), damaged);
            try (ModelTokenizer tokenizer = tokenizer(file)) {
                assertThat(tokenizer.encode("a text")).isNotNull();
            } catch (ModelRejectedException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
