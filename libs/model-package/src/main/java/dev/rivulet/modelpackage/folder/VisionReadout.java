// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

/** What is made of the patches of a picture. */
public sealed interface VisionReadout {

    /**
     * Squares of patches become one row each and are projected into a decoder: Idefics3 and SmolVLM.
     *
     * @param tensor of the projection, without {@code .weight}
     * @param scale side of a square, in patches
     * @param width of the decoder
     */
    record PixelShuffle(String tensor, int scale, int width) implements VisionReadout {}

    /**
     * Two linear layers into a decoder: LLaVA.
     *
     * @param prefix of {@code linear_1} and {@code linear_2}
     * @param activation between them
     * @param biased whether they have biases
     * @param withoutClass whether the class token is left out
     * @param width of the decoder
     */
    record Projector(String prefix, VisionConfig.Activation activation, boolean biased, boolean withoutClass, int width)
            implements VisionReadout {}

    /**
     * The class token, normalised and projected: CLIP.
     *
     * @param tensor of the projection, without {@code .weight}
     * @param width of the embedding
     */
    record ClassToken(String tensor, int width) implements VisionReadout {}

    /** Attention of one learned query over all patches: SigLIP. */
    record AttentionPool() implements VisionReadout {}
}
