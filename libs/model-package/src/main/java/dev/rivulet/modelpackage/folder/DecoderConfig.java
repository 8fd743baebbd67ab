// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A decoder's sizes and arithmetic, from {@code config.json}.
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
 * @param contextLength most positions
 * @param tiedEmbeddings whether the output layer is the embedding
 * @param design the arithmetic of its family
 * @param beginToken id of the token that begins a text, if any
 * @param endTokens ids of the tokens that end one; may be empty
 * @param soft whether rows of pictures may stand in for the embeddings of tokens
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
        int contextLength,
        boolean tiedEmbeddings,
        DecoderDesign design,
        OptionalInt beginToken,
        Set<Integer> endTokens,
        boolean soft) {

    static final int LARGEST_VOCABULARY = 1 << 22;
    static final int LARGEST_CONTEXT = 1 << 24;

    public DecoderConfig {
        endTokens = Set.copyOf(endTokens);
    }

    /** A decoder of text alone. */
    public DecoderConfig(
            String architecture,
            int hiddenSize,
            int layers,
            int heads,
            int keyValueHeads,
            int headSize,
            int intermediateSize,
            int vocabularySize,
            double normEpsilon,
            int contextLength,
            boolean tiedEmbeddings,
            DecoderDesign design,
            OptionalInt beginToken,
            Set<Integer> endTokens) {
        this(
                architecture,
                hiddenSize,
                layers,
                heads,
                keyValueHeads,
                headSize,
                intermediateSize,
                vocabularySize,
                normEpsilon,
                contextLength,
                tiedEmbeddings,
                design,
                beginToken,
                endTokens,
                false);
    }

    /** The decoder of a model that sees pictures, whose configuration names it. */
    DecoderConfig seeing(String model, boolean tied) {
        return new DecoderConfig(
                model,
                hiddenSize,
                layers,
                heads,
                keyValueHeads,
                headSize,
                intermediateSize,
                vocabularySize,
                normEpsilon,
                contextLength,
                tied,
                design,
                beginToken,
                endTokens,
                true);
    }

    DecoderConfig withDesign(DecoderDesign other) {
        return new DecoderConfig(
                architecture,
                hiddenSize,
                layers,
                heads,
                keyValueHeads,
                headSize,
                intermediateSize,
                vocabularySize,
                normEpsilon,
                contextLength,
                tiedEmbeddings,
                other,
                beginToken,
                endTokens,
                soft);
    }

    static DecoderConfig read(ConfigJson json) throws ModelRejectedException {
        return read(json, DecoderFamily.of(json));
    }

    /** The configuration of a family, whatever architecture it names. */
    static DecoderConfig read(ConfigJson json, DecoderFamily family) throws ModelRejectedException {
        if (json.object("quantization_config").isPresent()) {
            throw json.refuse("quantization_config", "is set; give the weights as F32, F16 or BF16");
        }
        int hidden = json.number("hidden_size", 1, 1 << 16);
        int layers = json.number("num_hidden_layers", 1, 1024);
        int heads = json.number("num_attention_heads", 1, 1024);
        int keyValueHeads = json.optionalNumber("num_key_value_heads", 1, 1024).orElse(heads);
        if (heads % keyValueHeads != 0) {
            throw json.refuse("num_key_value_heads", "must divide num_attention_heads, " + heads);
        }
        int headSize = headSize(json, family, hidden / heads);
        return new DecoderConfig(
                family.architecture,
                hidden,
                layers,
                heads,
                keyValueHeads,
                headSize,
                json.number("intermediate_size", 1, 1 << 20),
                json.number("vocab_size", 1, LARGEST_VOCABULARY),
                json.real("rms_norm_eps", 0, 0.1).orElse(family.defaults.normEpsilon()),
                json.number("max_position_embeddings", 1, LARGEST_CONTEXT),
                json.flag("tie_word_embeddings", family.defaults.tied()),
                family.design(new DesignReader(json, hidden, layers, headSize)),
                json.optionalNumber("bos_token_id", 0, LARGEST_VOCABULARY - 1),
                json.tokenIds("eos_token_id"));
    }

    private static int headSize(ConfigJson json, DecoderFamily family, int byHidden) throws ModelRejectedException {
        int otherwise = family.defaults.headSize() == 0 ? byHidden : family.defaults.headSize();
        int headSize = json.optionalNumber("head_dim", 1, 1024).orElse(otherwise);
        if (headSize < 2 || headSize % 2 != 0) {
            throw json.refuse("head_dim", "must be even for rotary positions, was " + headSize);
        }
        return headSize;
    }
}
