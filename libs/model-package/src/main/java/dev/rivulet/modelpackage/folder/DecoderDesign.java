// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The arithmetic of a decoder, beside its sizes. All decoders are rows of blocks, attention with rotary positions and then a
 * gated feed-forward layer, each added to the residual stream, with RMSNorm; they differ in what this record says.
 *
 * @param norms where RMSNorm is applied
 * @param queryKeyNorm whether queries and keys are normalised before they are turned
 * @param biases which linear layers add one
 * @param activation of the gate
 * @param fusedProjections whether queries, keys and values lie in one matrix, and gate and up in another
 * @param scales constants that values are multiplied by or held below
 * @param layers what each block's attention sees, first block first
 */
public record DecoderDesign(
        Norms norms,
        QueryKeyNorm queryKeyNorm,
        Biases biases,
        Activation activation,
        boolean fusedProjections,
        Scales scales,
        List<LayerAttention> layers) {

    public DecoderDesign {
        layers = List.copyOf(layers);
    }

    /** The same with norms whose weights are used as they are. */
    DecoderDesign withoutNormOffset() {
        Norms plain = new Norms(
                norms.beforeAttention(),
                norms.afterAttention(),
                norms.beforeFeedForward(),
                norms.afterFeedForward(),
                0);
        return new DecoderDesign(plain, queryKeyNorm, biases, activation, fusedProjections, scales, layers);
    }

    /** The different rotary embeddings of the layers. */
    public List<Rope> ropes() {
        return layers.stream()
                .flatMap(layer -> layer.rope().stream())
                .distinct()
                .toList();
    }

    /**
     * Names of the norms of a block; empty where there is none.
     *
     * @param offset added to the weights: 1 where a file holds the difference from 1
     */
    public record Norms(
            Optional<String> beforeAttention,
            Optional<String> afterAttention,
            Optional<String> beforeFeedForward,
            Optional<String> afterFeedForward,
            float offset) {

        /** Before each part: Llama and most others. */
        static final Norms BEFORE = new Norms(
                Optional.of("input_layernorm"),
                Optional.empty(),
                Optional.of("post_attention_layernorm"),
                Optional.empty(),
                0);

        /** After each part, before it is added: OLMo 2. */
        static final Norms AFTER = new Norms(
                Optional.empty(),
                Optional.of("post_attention_layernorm"),
                Optional.empty(),
                Optional.of("post_feedforward_layernorm"),
                0);

        /** Before and after each part, weights as differences from 1: Gemma 2 and 3. */
        static final Norms AROUND_WITH_OFFSET = new Norms(
                Optional.of("input_layernorm"),
                Optional.of("post_attention_layernorm"),
                Optional.of("pre_feedforward_layernorm"),
                Optional.of("post_feedforward_layernorm"),
                1);
    }

    /** Whether and over what queries and keys are normalised. */
    public enum QueryKeyNorm {
        NONE,
        /** Each head alone, one weight of the width of a head: Qwen3, Gemma 3. */
        EACH_HEAD,
        /** All heads together, one weight of the width of the projection: OLMo 2. */
        WHOLE_PROJECTION
    }

    /** Which linear layers add a bias. */
    public record Biases(boolean queryKeyValue, boolean attentionOutput, boolean feedForward) {

        static final Biases NONE = new Biases(false, false, false);
    }

    /** Activation of the gate. */
    public enum Activation {
        SILU,
        /** GELU by its approximation with the hyperbolic tangent. */
        GELU_TANH
    }

    /**
     * Constants.
     *
     * @param embedding multiplies the embeddings
     * @param attention multiplies the product of query and key
     * @param attentionCap soft cap {@code c}: scores become {@code c · tanh(score / c)}; 0 for none
     * @param logitCap soft cap of the logits; 0 for none
     */
    public record Scales(double embedding, double attention, double attentionCap, double logitCap) {}

    /**
     * What the attention of a block sees.
     *
     * @param window how many positions, the token's own included; empty for all before it
     * @param rope how positions turn queries and keys; empty if they don't
     */
    public record LayerAttention(OptionalInt window, Optional<Rope> rope) {}
}
