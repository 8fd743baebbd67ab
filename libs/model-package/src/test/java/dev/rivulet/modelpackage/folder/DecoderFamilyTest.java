// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.folder.DecoderDesign.LayerAttention;
import dev.rivulet.modelpackage.folder.RopeScaling.Llama3;
import dev.rivulet.modelpackage.folder.RopeScaling.LongRope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DecoderFamilyTest {

    private static final String CONFIG = """
            {"architectures": ["%s"], "hidden_size": 64, "num_hidden_layers": 4, "num_attention_heads": 4, "head_dim": 16,
             "num_key_value_heads": 2, "intermediate_size": 128, "vocab_size": 600, "max_position_embeddings": 256, %s}
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GPTBigCodeForCausalLM | "a": 1 | names GPTBigCodeForCausalLM, which is not supported; supported are LlamaForCausalLM, SmolLM3
            Gemma3ForConditionalGeneration | "a": 1 | which is not supported
            LlamaForCausalLM | "qkv_bias": true | qkv_bias is true
            MistralForCausalLM | "attention_bias": true | attention_bias is true
            Qwen2ForCausalLM | "hidden_act": "gelu" | hidden_act must be silu
            Gemma2ForCausalLM | "hidden_activation": "gelu" | hidden_activation must be gelu_pytorch_tanh
            Gemma3ForCausalLM | "use_bidirectional_attention": true | use_bidirectional_attention is true
            Gemma2ForCausalLM | "query_pre_attn_scalar": 0 | query_pre_attn_scalar must be a number
            Gemma2ForCausalLM | "attn_logit_softcapping": -1 | attn_logit_softcapping must be a number
            Gemma3ForCausalLM | "sliding_window_pattern": 0 | sliding_window_pattern must be a whole number from 1
            LlamaForCausalLM | "sliding_window": 8 | windowed attention
            LlamaForCausalLM | "layer_types": ["sliding_attention", "full_attention", "full_attention", "full_attention"] | no sliding_window holds
            MistralForCausalLM | "sliding_window": 8, "layer_types": ["full_attention", "full_attention", "full_attention", "full_attention"] | layer_types differ
            Qwen2ForCausalLM | "layer_types": ["full_attention"] | layer_types must be
            Gemma3ForCausalLM | "layer_types": ["full_attention", "chunked_attention", "full_attention", "full_attention"] | layer_types must be
            Gemma3ForCausalLM | "layer_types": "full_attention" | layer_types must be
            Mistral | "a": 1 | not supported
            SmolLM3ForCausalLM | "no_rope_layers": [1, 0] | no_rope_layers must have one entry per layer
            SmolLM3ForCausalLM | "no_rope_layers": [1, 0, 2, 1] | no_rope_layers must be a whole number from 0 to 1
            LlamaForCausalLM | "rope_scaling": {"rope_type": "dynamic", "factor": 4.0} | supported as default, linear, llama3, yarn and longrope
            LlamaForCausalLM | "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "beta_fast": 1} | larger than beta_slow
            LlamaForCausalLM | "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "mscale": 1} | mscale is a setting
            LlamaForCausalLM | "rope_scaling": {"type": "default", "mrope_section": [1]} | mrope_section is a setting
            LlamaForCausalLM | "rope_scaling": {"type": "linear"} | factor is missing
            LlamaForCausalLM | "rope_scaling": {"type": "linear", "factor": 0} | factor must be a number
            LlamaForCausalLM | "rope_scaling": {"type": "default"}, "rope_parameters": {} | are both set
            LlamaForCausalLM | "rope_scaling": {"rope_type": "llama3", "factor": 8, "low_freq_factor": 4, "high_freq_factor": 4} | must be larger
            LlamaForCausalLM | "partial_rotary_factor": 0.5 | partial rotary positions are not supported for this family
            Phi3ForCausalLM | "partial_rotary_factor": 0.01 | it must be even
            Phi3ForCausalLM | "rope_scaling": {"type": "longrope", "short_factor": [1], "long_factor": [1]} | short_factor must have 8 numbers
            Phi3ForCausalLM | "rope_scaling": {"type": "longrope", "short_factor": [1,1,1,1,1,1,1,0]} | short_factor must be a number
            Phi3ForCausalLM | "rope_scaling": {"type": "longrope", "short_factor": 3} | short_factor must be a list
            """)
    void refusesWhatWouldChangeTheArithmetic(String architecture, String field, String fault) {
        assertThatThrownBy(() -> read(architecture, field))
                .isInstanceOf(ModelRejectedException.class)
                .hasMessageStartingWith("config.json: ")
                .hasMessageContaining(fault);
    }

    @Test
    void layersAreDescribedOneByOne() throws Exception {
        List<LayerAttention> gemma = read("Gemma3ForCausalLM", "\"sliding_window\": 9, \"sliding_window_pattern\": 3")
                .design()
                .layers();
        assertThat(gemma).extracting(layer -> layer.window().orElse(0)).containsExactly(9, 9, 0, 9);
        assertThat(gemma)
                .extracting(layer -> layer.rope().orElseThrow().theta())
                .containsExactly(1e4, 1e4, 1e6, 1e4);
        List<LayerAttention> smol = read("SmolLM3ForCausalLM", "\"no_rope_layers\": [1, 0, 1, 0]")
                .design()
                .layers();
        assertThat(smol).extracting(layer -> layer.rope().isPresent()).containsExactly(true, false, true, false);
        assertThat(read("MistralForCausalLM", "\"sliding_window\": null")
                        .design()
                        .layers())
                .allMatch(layer -> layer.window().isEmpty());
        assertThat(read("MistralForCausalLM", "\"a\": 1").design().layers())
                .as("the reference's default")
                .allMatch(layer -> layer.window().orElse(0) == 4096);
    }

    @Test
    void llama3KeepsFastFrequenciesAndDividesSlowOnes() {
        Llama3 scaling = new Llama3(8, 1, 4, 8192);
        assertThat(scaling.scaled(1)).isEqualTo(1);
        assertThat(scaling.scaled(1e-5)).isCloseTo(1e-5 / 8, within(1e-12));
        double twoAndAHalfTurns = 2.5 * 2 * Math.PI / 8192;
        assertThat(scaling.scaled(twoAndAHalfTurns)).isCloseTo(twoAndAHalfTurns * (1 + 1 / 8.0) / 2, within(1e-12));
    }

    @Test
    void longRopeChoosesByTheContextThatAModelIsOpenedWith() throws Exception {
        String factors = "\"short_factor\": [1,1,1,1,1,1,1,1], \"long_factor\": [2,2,2,2,2,2,2,2]";
        Rope rope = read(
                        "Phi3ForCausalLM",
                        "\"original_max_position_embeddings\": 64, \"rope_scaling\": {\"type\": \"su\", " + factors
                                + "}")
                .design()
                .ropes()
                .getFirst();
        assertThat(rope.scaling()).isInstanceOf(LongRope.class);
        assertThat(rope.frequencies(64)[0]).isEqualTo(1);
        assertThat(rope.frequencies(65)[0]).isEqualTo(0.5);
        assertThat(rope.amplitude()).isCloseTo(Math.sqrt(1 + Math.log(4) / Math.log(64)), within(1e-12));
    }

    @Test
    void damagedConfigurationsAreReadOrRefusedAndNothingElse() {
        SplittableRandom random = new SplittableRandom(7);
        for (String architecture : ModelFolder.supportedArchitectures()) {
            byte[] whole = CONFIG.formatted(
                            architecture,
                            "\"sliding_window\": 8, \"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8.0,"
                                    + "\"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0}, \"no_rope_layers\": [1,1,1,0]")
                    .getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 300; i++) {
                byte[] damaged = whole.clone();
                for (int change = random.nextInt(1, 4); change > 0; change--) {
                    damaged[random.nextInt(damaged.length)] =
                            (byte) "0123456789-e.,[]{}\"ntx".charAt(random.nextInt(22));
                }
                try {
                    assertThat(DecoderConfig.read(ConfigJson.parse("config.json", damaged))
                                    .layers())
                            .isBetween(1, 1024);
                } catch (ModelRejectedException e) {
                    assertThat(e).hasMessageContaining("config.json");
                }
            }
        }
    }

    private static DecoderConfig read(String architecture, String field) throws ModelRejectedException {
        byte[] json = CONFIG.formatted(architecture, field).getBytes(StandardCharsets.UTF_8);
        return DecoderConfig.read(ConfigJson.parse("config.json", json));
    }
}
