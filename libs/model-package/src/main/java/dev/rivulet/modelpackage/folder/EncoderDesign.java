// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The arithmetic of an encoder family, and what its tensors are called.
 *
 * @param tensors names of the weights
 * @param activation of the feed-forward layers
 * @param normFirst whether a part's input is normalised, and not the sum after it
 * @param biased whether linear layers and norms have biases
 * @param gated whether the feed-forward layer is halved into an activated value and its factor (GeGLU)
 * @param positions rows of the learned position embedding; 0 where positions are rotary
 * @param types rows of the segment embedding; 0 for none
 * @param layers attention of each block
 */
public record EncoderDesign(
        Tensors tensors,
        Activation activation,
        boolean normFirst,
        boolean biased,
        boolean gated,
        int positions,
        int types,
        List<Layer> layers) {

    public EncoderDesign {
        layers = List.copyOf(layers);
    }

    /** Functions of feed-forward layers and heads. */
    public enum Activation {
        GELU,
        GELU_TANH,
        RELU,
        TANH
    }

    /**
     * Attention of a block.
     *
     * @param reach how many positions to either side are seen; empty for all
     * @param rope rotary positions, if the family has them
     */
    public record Layer(OptionalInt reach, Optional<Rope> rope) {}

    /**
     * Names of tensors without {@code .weight} and {@code .bias}. Those of a block follow {@code blocks} and its number.
     *
     * @param words embedding by token
     * @param positions learned embedding by position; unused where positions are rotary
     * @param types embedding by segment; unused where there is none
     * @param embeddingNorm norm over the sum of embeddings
     * @param blocks begin of a block's names, such as {@code encoder.layer.}
     * @param finalNorm norm after the last block, if there is one
     */
    public record Tensors(
            String words,
            String positions,
            String types,
            String embeddingNorm,
            String blocks,
            Block parts,
            Optional<String> finalNorm) {}

    /**
     * Names within a block.
     *
     * @param queryKeyValue three names, or one of a fused matrix
     */
    public record Block(
            List<String> queryKeyValue,
            String attentionOutput,
            String attentionNorm,
            String feedForwardInput,
            String feedForwardOutput,
            String feedForwardNorm) {

        public Block {
            queryKeyValue = List.copyOf(queryKeyValue);
        }
    }
}
