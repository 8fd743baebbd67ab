package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Shape of a Llama-style decoder, from {@code config.json}: RMSNorm, rotary positions over the whole head, grouped-query
 * attention without biases, SwiGLU.
 *
 * @param architecture first of {@code architectures}
 * @param hiddenSize width of the residual stream
 * @param layers number of blocks
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize width of a head, even
 * @param intermediateSize width of the feed-forward layer
 * @param vocabularySize rows of the embedding
 * @param normEpsilon added to the mean square in RMSNorm
 * @param ropeTheta base of the rotary frequencies
 * @param contextLength most positions
 * @param tiedEmbeddings whether the output layer is the embedding
 * @param beginToken id of the token that begins a text, if any
 * @param endTokens ids of the tokens that end one; may be empty
 */
public record DecoderConfig(
        String architecture,
        int hiddenSize,
        int layers,
        int heads,
        int keyValueHeads,
        int headSize,
        int intermediateSize,
        int vocabularySize,
        double normEpsilon,
        double ropeTheta,
        int contextLength,
        boolean tiedEmbeddings,
        OptionalInt beginToken,
        Set<Integer> endTokens) {

    /** Architectures that are supported, by the names of {@code config.json}. */
    public static final List<String> SUPPORTED = List.of("LlamaForCausalLM", "MistralForCausalLM");

    static final int LARGEST_VOCABULARY = 1 << 22;

    public DecoderConfig {
        endTokens = Set.copyOf(endTokens);
    }

    static DecoderConfig read(ConfigJson json) throws ModelRejectedException {
        String architecture = architecture(json);
        refuseVariants(json);
        int hidden = json.number("hidden_size", 1, 1 << 16);
        int heads = json.number("num_attention_heads", 1, 1024);
        int keyValueHeads = json.optionalNumber("num_key_value_heads", 1, 1024).orElse(heads);
        if (heads % keyValueHeads != 0) {
            throw json.refuse("num_key_value_heads", "must divide num_attention_heads, " + heads);
        }
        int headSize = json.optionalNumber("head_dim", 1, 1024).orElse(hidden / heads);
        if (headSize < 2 || headSize % 2 != 0) {
            throw json.refuse("head_dim", "must be even for rotary positions, was " + headSize);
        }
        return new DecoderConfig(
                architecture,
                hidden,
                json.number("num_hidden_layers", 1, 1024),
                heads,
                keyValueHeads,
                headSize,
                json.number("intermediate_size", 1, 1 << 20),
                json.number("vocab_size", 1, LARGEST_VOCABULARY),
                json.real("rms_norm_eps", 0, 0.1).orElse(1e-6),
                ropeTheta(json),
                json.number("max_position_embeddings", 1, 1 << 24),
                json.flag("tie_word_embeddings", false),
                json.optionalNumber("bos_token_id", 0, LARGEST_VOCABULARY - 1),
                json.tokenIds("eos_token_id"));
    }

    private static String architecture(ConfigJson json) throws ModelRejectedException {
        List<String> architectures = json.strings("architectures");
        if (architectures.isEmpty()) {
            throw json.refuse("architectures", "is missing; supported are " + String.join(", ", SUPPORTED));
        }
        String architecture = architectures.getFirst();
        if (!SUPPORTED.contains(architecture)) {
            String shown = architecture.length() > 100 ? architecture.substring(0, 100) : architecture;
            throw json.refuse(
                    "architectures",
                    "names " + shown.replaceAll("\\p{C}", "?") + ", which is not supported; supported are "
                            + String.join(", ", SUPPORTED));
        }
        return architecture;
    }

    /** Settings that would change the arithmetic and are not implemented are refused rather than ignored. */
    private static void refuseVariants(ConfigJson json) throws ModelRejectedException {
        String activation = json.string("hidden_act").orElse("silu");
        if (!activation.equals("silu")) {
            throw json.refuse("hidden_act", "must be silu; other activations are not supported");
        }
        for (String bias : List.of("attention_bias", "mlp_bias")) {
            if (json.flag(bias, false)) {
                throw json.refuse(bias, "is true; decoders with biases are not supported");
            }
        }
        int positions = json.number("max_position_embeddings", 1, 1 << 24);
        if (json.optionalNumber("sliding_window", 1, Integer.MAX_VALUE).orElse(positions) < positions) {
            throw json.refuse(
                    "sliding_window", "is below max_position_embeddings; windowed attention is not supported");
        }
        if (json.object("quantization_config").isPresent()) {
            throw json.refuse("quantization_config", "is set; give the weights as F32, F16 or BF16");
        }
    }

    private static double ropeTheta(ConfigJson json) throws ModelRejectedException {
        double theta = json.real("rope_theta", 1, 1e12).orElse(10_000);
        for (String field : List.of("rope_parameters", "rope_scaling")) {
            var rope = json.object(field);
            if (rope.isEmpty()) {
                continue;
            }
            String legacy = rope.get().string("type").orElse("default");
            String type = rope.get().string("rope_type").orElse(legacy);
            if (!type.equals("default")) {
                throw json.refuse(field, "asks for scaled rotary positions; only the default is supported");
            }
            if (rope.get().real("partial_rotary_factor", 0, 1).orElse(1) != 1) {
                throw json.refuse(field, "asks for partial rotary positions, which are not supported");
            }
            theta = rope.get().real("rope_theta", 1, 1e12).orElse(theta);
        }
        return theta;
    }
}
