// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.gguf.GgufFile;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The metadata of a GGUF file in the words of {@code config.json}, so that both are checked by the same rules. What a file does
 * not say, such as the scale of Gemma's attention, is what llama.cpp takes for it.
 */
final class GgufConfig {

    private static final Map<String, String> ARCHITECTURES = Map.of(
            "llama", "LlamaForCausalLM",
            "qwen2", "Qwen2ForCausalLM",
            "qwen3", "Qwen3ForCausalLM",
            "gemma2", "Gemma2ForCausalLM",
            "gemma3", "Gemma3ForCausalLM",
            "phi3", "Phi3ForCausalLM",
            "olmo2", "Olmo2ForCausalLM");
    private static final JsonMapper JSON = new JsonMapper();

    private final GgufFile file;
    private final Map<String, Object> fields = new LinkedHashMap<>();

    private GgufConfig(GgufFile file) {
        this.file = file;
    }

    static DecoderConfig read(GgufFile file) throws ModelRejectedException {
        String named = ARCHITECTURES.get(file.architecture());
        if (named == null) {
            String shown = file.architecture();
            throw new ModelRejectedException(file.name() + ": general.architecture is '"
                    + shown.substring(0, Math.min(60, shown.length())).replaceAll("\\p{C}", "?")
                    + "', which is not supported; supported are "
                    + ARCHITECTURES.keySet().stream().sorted().toList());
        }
        if (file.metadata().get("split.count") instanceof Long parts && parts > 1) {
            throw new ModelRejectedException(file.name() + ": one of " + parts
                    + " parts, which are not read; join them first (llama-gguf-split --merge)");
        }
        DecoderConfig config = new GgufConfig(file).config(named);
        // Files hold the norms of Gemma with the offset added.
        return named.startsWith("Gemma") ? config.withDesign(config.design().withoutNormOffset()) : config;
    }

    private DecoderConfig config(String named) throws ModelRejectedException {
        fields.put("architectures", List.of(named));
        copy("embedding_length", "hidden_size");
        copy("block_count", "num_hidden_layers");
        copy("feed_forward_length", "intermediate_size");
        copy("attention.head_count", "num_attention_heads");
        copy("attention.head_count_kv", "num_key_value_heads");
        copy("attention.layer_norm_rms_epsilon", "rms_norm_eps");
        copy("context_length", "max_position_embeddings");
        fields.put("vocab_size", file.info("model.embed_tokens.weight").shape().getFirst());
        fields.put("tie_word_embeddings", !file.names().contains("lm_head.weight"));
        token("tokenizer.ggml.bos_token_id", "bos_token_id");
        endTokens();
        headSize();
        family();
        byte[] json = JSON.writeValueAsString(fields).getBytes(StandardCharsets.UTF_8);
        return DecoderConfig.read(ConfigJson.parse("metadata of " + file.name(), json));
    }

    private void headSize() throws ModelRejectedException {
        long heads = number("attention.head_count").orElse(0L);
        long byWidth = heads < 1 ? 0 : number("embedding_length").orElse(0L) / heads;
        long size = number("attention.key_length").orElse(byWidth);
        if (number("attention.value_length").orElse(size) != size) {
            throw new ModelRejectedException(file.name() + ": keys and values of different widths are not supported");
        }
        fields.put("head_dim", size);
        long turned = number("rope.dimension_count").orElse(size);
        if (size > 0 && turned != size) {
            fields.put("partial_rotary_factor", (double) turned / size);
        }
    }

    private void family() throws ModelRejectedException {
        rope();
        switch (file.architecture()) {
            case "gemma2", "gemma3" -> gemma();
            case "phi3" ->
                number("attention.sliding_window")
                        .filter(size -> size > 0)
                        .ifPresent(size -> fields.put("sliding_window", size));
            default -> {
                // A window is none of what llama.cpp reads for the others.
            }
        }
    }

    private void gemma() {
        copy("attention.sliding_window", "sliding_window");
        copy("attn_logit_softcapping", "attn_logit_softcapping");
        copy("final_logit_softcapping", "final_logit_softcapping");
        copy("attention.sliding_window_pattern", "sliding_window_pattern");
        // The models of 27 billion parameters alone divide by the root of hidden size by heads.
        long layers = number("block_count").orElse(0L);
        boolean largest = layers == (file.architecture().equals("gemma2") ? 46 : 62);
        long heads = Math.max(1, number("attention.head_count").orElse(1L));
        Object size = largest ? Long.valueOf(number("embedding_length").orElse(0L) / heads) : fields.get("head_dim");
        put(fields, "query_pre_attn_scalar", size);
        copy("rope.freq_base_swa", "rope_local_base_freq");
    }

    private void rope() throws ModelRejectedException {
        copy("rope.freq_base", "rope_theta");
        Map<String, Object> scaling = new LinkedHashMap<>();
        float[] longFactors = file.rotary("rope_factors_long.weight");
        float[] factors = file.rotary("rope_freqs.weight");
        String type = value("rope.scaling.type") instanceof String name ? name : "none";
        if (longFactors.length > 0) {
            scaling.put("rope_type", "longrope");
            scaling.put("long_factor", longFactors);
            scaling.put("short_factor", file.rotary("rope_factors_short.weight"));
            put(scaling, "original_max_position_embeddings", value("rope.scaling.original_context_length"));
            put(scaling, "attention_factor", value("rope.scaling.attn_factor"));
        } else if (factors.length > 0) {
            // One divisor per frequency, whatever the context: Llama 3.1, computed when the file was made.
            scaling.put("rope_type", "longrope");
            scaling.put("long_factor", factors);
            scaling.put("short_factor", factors);
            scaling.put("attention_factor", 1.0);
        } else if (type.equals("yarn")) {
            throw new ModelRejectedException(
                    file.name() + ": rope.scaling.type is yarn, which is read from folders alone");
        } else if (!type.equals("none")) {
            scaling.put("rope_type", type);
            put(scaling, "factor", value("rope.scaling.factor"));
        }
        if (!scaling.isEmpty()) {
            fields.put("rope_scaling", scaling);
        }
    }

    private void token(String key, String field) {
        if (file.metadata().get(key) instanceof Long id) {
            fields.put(field, id);
        }
    }

    /** Some models end a text with one token and an answer with another. */
    private void endTokens() {
        List<Object> ends = Stream.of("eos_token_id", "eot_token_id")
                .map(key -> file.metadata().get("tokenizer.ggml." + key))
                .filter(Long.class::isInstance)
                .distinct()
                .toList();
        if (!ends.isEmpty()) {
            fields.put("eos_token_id", ends);
        }
    }

    private void copy(String key, String field) {
        put(fields, field, value(key));
    }

    private static void put(Map<String, Object> fields, String field, @Nullable Object value) {
        if (value != null) {
            fields.put(field, value);
        }
    }

    private @Nullable Object value(String key) {
        return file.metadata().get(file.architecture() + "." + key);
    }

    private Optional<Long> number(String key) {
        return value(key) instanceof Long number ? Optional.of(number) : Optional.empty();
    }
}
