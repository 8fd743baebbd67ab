// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import static dev.rivulet.modelpackage.folder.DecoderDesign.Activation.SILU;
import static dev.rivulet.modelpackage.folder.DecoderDesign.QueryKeyNorm.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.engine.ChatMessage;
import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderDesign.Biases;
import dev.rivulet.modelpackage.folder.DecoderDesign.LayerAttention;
import dev.rivulet.modelpackage.folder.DecoderDesign.Norms;
import dev.rivulet.modelpackage.folder.DecoderDesign.Scales;
import dev.rivulet.modelpackage.folder.RopeScaling.None;
import dev.rivulet.modelpackage.safetensors.Weights;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelFolderTest {

    private static final String CONFIG = """
            {"architectures": ["LlamaForCausalLM"], "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
             "num_key_value_heads": 2, "intermediate_size": 128, "vocab_size": 600, "rms_norm_eps": 1e-5,
             "rope_theta": 1000.0, "max_position_embeddings": 256, "tie_word_embeddings": true, "hidden_act": "silu",
             "bos_token_id": null, "eos_token_id": 2, "torch_dtype": "float32"}
            """;

    @TempDir
    private Path folder;

    @Test
    void readsTheConfiguration() throws Exception {
        write("config.json", CONFIG);
        write(
                "generation_config.json",
                "{\"eos_token_id\": [2, 0], \"temperature\": 0.6, \"top_p\": 0.9, \"top_k\": 20}");

        ModelFolder model = ModelFolder.open(folder);

        LayerAttention all = new LayerAttention(OptionalInt.empty(), Optional.of(new Rope(1000, 16, new None())));
        DecoderDesign llama = new DecoderDesign(
                Norms.BEFORE, NONE, Biases.NONE, SILU, false, new Scales(1, 0.25, 0, 0), List.of(all, all));
        assertThat(model.config())
                .isEqualTo(new DecoderConfig(
                        "LlamaForCausalLM",
                        64,
                        2,
                        4,
                        2,
                        16,
                        128,
                        600,
                        1e-5,
                        256,
                        true,
                        llama,
                        OptionalInt.empty(),
                        java.util.Set.of(2)));
        assertThat(model.generation().endTokens()).containsExactlyInAnyOrder(0, 2);
        assertThat(model.generation().sampling().temperature()).isEqualTo(0.6);
        assertThat(model.generation().sampling().topK()).isEqualTo(20);
    }

    @Test
    void readsRotaryParametersOfTheNewerKind() throws Exception {
        write(
                "config.json",
                CONFIG.replace(
                        "\"rope_theta\": 1000.0",
                        "\"rope_parameters\": {\"rope_type\": \"default\", \"rope_theta\": 500000.0}"));

        assertThat(ModelFolder.open(folder).config().design().ropes())
                .containsExactly(new Rope(500_000, 16, new None()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            LlamaForCausalLM | MambaForCausalLM | names MambaForCausalLM, which is not supported; supported are LlamaForCausalLM
            "hidden_size": 64 | "hidden_size": 0 | hidden_size must be a whole number from 1
            "hidden_size": 64 | "hidden_size": 1e99 | hidden_size must be a whole number
            "hidden_size": 64 | "hidden_size": "64" | hidden_size must be a whole number
            "hidden_size": 64, |  | hidden_size is missing
            "num_key_value_heads": 2 | "num_key_value_heads": 3 | must divide num_attention_heads
            "hidden_act": "silu" | "hidden_act": "gelu" | hidden_act must be silu
            "rope_theta": 1000.0 | "rope_scaling": {"rope_type": "dynamic"} | scaled rotary positions
            "rope_theta": 1000.0 | "qkv_bias": true | qkv_bias is true
            "rope_theta": 1000.0 | "sliding_window": 8 | windowed attention
            "rope_theta": 1000.0 | "quantization_config": {} | quantization_config is set
            "rope_theta": 1000.0 | "vocab_size": 7 | not valid JSON
            "eos_token_id": 2 | "eos_token_id": -2 | eos_token_id must be
            "tie_word_embeddings": true | "tie_word_embeddings": "yes" | must be true or false
            """)
    void refusesConfigurations(String old, String with, String fault) throws Exception {
        write("config.json", CONFIG.replace(old, with == null ? "" : with));

        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageStartingWith("config.json: ")
                .hasMessageContaining(fault);
    }

    @Test
    void namesWhatIsMissing() throws Exception {
        assertThatThrownBy(() -> ModelFolder.open(folder)).hasMessageContaining("config.json: missing");
        assertThatThrownBy(() -> ModelFolder.open(folder.resolve("nowhere"))).hasMessageContaining("not a folder");
        write("config.json", CONFIG);
        ModelFolder model = ModelFolder.open(folder);
        assertThatThrownBy(model::weights).hasMessageContaining("never from .bin");
        assertThatThrownBy(model::tokenizer).hasMessageContaining("tokenizer.json: missing");
    }

    @Test
    void refusesLinksOutOfTheFolder(@TempDir Path elsewhere) throws Exception {
        Files.writeString(elsewhere.resolve("config.json"), CONFIG);
        Files.createSymbolicLink(folder.resolve("config.json"), elsewhere.resolve("config.json"));

        assertThatThrownBy(() -> ModelFolder.open(folder)).hasMessageContaining("leads out of the model folder");
    }

    @Test
    void refusesFilesThatAreTooLarge() throws Exception {
        write("config.json", CONFIG + " ".repeat(5 << 20));

        assertThatThrownBy(() -> ModelFolder.open(folder)).hasMessageContaining("config.json: larger than");
    }

    @Test
    void joinsShards() throws Exception {
        write("config.json", CONFIG);
        shard("one.safetensors", "a", 1.5f);
        shard("two.safetensors", "b", 2.5f);
        write(
                "model.safetensors.index.json",
                "{\"weight_map\": {\"a\": \"one.safetensors\", \"b\": \"two.safetensors\"}}");

        Weights weights = ModelFolder.open(folder).weights();

        assertThat(weights.names()).containsExactly("a", "b");
        assertThat(weights.floats("b").get(0)).isEqualTo(2.5f);
        assertThat(weights.parameters()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "../one.safetensors, is refused",
        "/etc/passwd, is refused",
        ".hidden, is refused",
        "none.safetensors, named by",
        "two.safetensors, where the index places it"
    })
    void refusesIndicesThatLie(String file, String fault) throws Exception {
        write("config.json", CONFIG);
        shard("one.safetensors", "a", 1);
        shard("two.safetensors", "b", 2);
        write("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"" + file + "\"}}");

        assertThatThrownBy(() -> ModelFolder.open(folder).weights())
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageContaining(fault);
    }

    @Test
    void refusesATensorThatTwoShardsHold() throws Exception {
        write("config.json", CONFIG);
        shard("one.safetensors", "a", 1);
        shard("two.safetensors", "a", 2);
        write(
                "model.safetensors.index.json",
                "{\"weight_map\": {\"a\": \"one.safetensors\", \"a\": \"two.safetensors\"}}");
        assertThatThrownBy(() -> ModelFolder.open(folder).weights()).hasMessageContaining("not valid JSON");

        try (var mixed = new java.io.ByteArrayOutputStream()) {
            byte[] header =
                    "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}"
                            .getBytes();
            mixed.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            mixed.write(header);
            mixed.write(new byte[2]);
            Files.write(folder.resolve("two.safetensors"), mixed.toByteArray());
        }
        write(
                "model.safetensors.index.json",
                "{\"weight_map\": {\"a\": \"one.safetensors\", \"b\": \"two.safetensors\"}}");
        assertThatThrownBy(() -> ModelFolder.open(folder).weights())
                .hasMessageContaining("two.safetensors: tensor 'a' is not placed here");
    }

    @Test
    void fallsBackToChatMlWhereTheTokenizerSpeaksIt() throws Exception {
        write("config.json", CONFIG);
        copy("byte-level-tokenizer.json");

        ModelFolder model = ModelFolder.open(folder);
        try (ModelTokenizer tokenizer = model.tokenizer()) {
            var template = model.chatTemplate(tokenizer, Clock.systemUTC());
            assertThat(template.render(List.of(new ChatMessage("user", "hi")), true)
                            .text())
                    .isEqualTo("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n");
            assertThat(model.endTokens(tokenizer)).containsExactlyInAnyOrder(2);
        }
    }

    @Test
    void refusesToChatWithoutATemplateAndPrefersItsOwnFile() throws Exception {
        write("config.json", CONFIG);
        copy("sentence-piece-tokenizer.json");
        List<ChatMessage> hello = List.of(new ChatMessage("user", "hi"));
        try (ModelTokenizer tokenizer = ModelFolder.open(folder).tokenizer()) {
            assertThatThrownBy(() -> ModelFolder.open(folder)
                            .chatTemplate(tokenizer, Clock.systemUTC())
                            .render(hello, true))
                    .hasMessageContaining("no chat template");
            write(
                    "tokenizer_config.json",
                    "{\"bos_token\": {\"content\": \"<s>\"}, \"eos_token\": \"</s>\","
                            + "\"chat_template\": [{\"name\": \"default\", \"template\": \"{{ bos_token }}list\"}]}");
            ModelFolder listed = ModelFolder.open(folder);
            assertThat(listed.chatTemplate(tokenizer, Clock.systemUTC())
                            .render(hello, true)
                            .text())
                    .isEqualTo("<s>list");
            assertThat(listed.endTokens(tokenizer))
                    .contains(tokenizer.id("</s>").orElseThrow());
            write("chat_template.jinja", "{{ eos_token }}file");
            assertThat(listed.chatTemplate(tokenizer, Clock.systemUTC())
                            .render(hello, true)
                            .text())
                    .isEqualTo("</s>file");
        }
    }

    @Test
    void refusesATokenizerLargerThanTheVocabulary() throws Exception {
        write("config.json", CONFIG.replace("600", "100"));
        copy("byte-level-tokenizer.json");

        assertThatThrownBy(() -> ModelFolder.open(folder).tokenizer()).hasMessageContaining("vocab_size 100");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private void copy(String tokenizer) throws IOException {
        try (InputStream in = ModelFolderTest.class.getResourceAsStream("/conformance/" + tokenizer)) {
            Files.copy(in, folder.resolve("tokenizer.json"));
        }
    }

    private void shard(String name, String tensor, float value) throws IOException {
        byte[] header = ("{\"" + tensor + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}").getBytes();
        Files.write(
                folder.resolve(name),
                ByteBuffer.allocate(12 + header.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header)
                        .putFloat(value)
                        .array());
    }
}
