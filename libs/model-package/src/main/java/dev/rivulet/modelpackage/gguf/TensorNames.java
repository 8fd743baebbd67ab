// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.gguf;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of tensors in GGUF files, and those of the folders that the files were made from. */
record TensorNames(String architecture) {

    /** Rotary frequencies, which belong to the configuration. */
    static final Set<String> ROTARY =
            Set.of("rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight");

    private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,4})\\.([a-z_]+)\\.(weight|bias)");
    private static final Map<String, String> OUTER = Map.of(
            "token_embd.weight", "model.embed_tokens.weight",
            "output_norm.weight", "model.norm.weight",
            "output.weight", "lm_head.weight");
    private static final Map<String, String> PARTS = Map.ofEntries(
            Map.entry("attn_norm", "input_layernorm"),
            Map.entry("attn_q", "self_attn.q_proj"),
            Map.entry("attn_k", "self_attn.k_proj"),
            Map.entry("attn_v", "self_attn.v_proj"),
            Map.entry("attn_qkv", "self_attn.qkv_proj"),
            Map.entry("attn_q_norm", "self_attn.q_norm"),
            Map.entry("attn_k_norm", "self_attn.k_norm"),
            Map.entry("attn_output", "self_attn.o_proj"),
            Map.entry("post_attention_norm", "post_attention_layernorm"),
            Map.entry("ffn_gate", "mlp.gate_proj"),
            Map.entry("ffn_down", "mlp.down_proj"),
            Map.entry("post_ffw_norm", "post_feedforward_layernorm"));

    /** The name in a folder; empty if the tensor has no place in a decoder. */
    Optional<String> inFolder(String name) {
        if (OUTER.containsKey(name)) {
            return Optional.of(OUTER.getOrDefault(name, name));
        }
        Matcher block = BLOCK.matcher(name);
        if (!block.matches()) {
            return Optional.empty();
        }
        return part(block.group(2)).map(part -> "model.layers." + block.group(1) + "." + part + "." + block.group(3));
    }

    private Optional<String> part(String name) {
        return switch (name) {
            case "ffn_norm" ->
                Optional.of(
                        architecture.startsWith("gemma") ? "pre_feedforward_layernorm" : "post_attention_layernorm");
            case "ffn_up" -> Optional.of(architecture.equals("phi3") ? "mlp.gate_up_proj" : "mlp.up_proj");
            default -> Optional.ofNullable(PARTS.get(name));
        };
    }
}
