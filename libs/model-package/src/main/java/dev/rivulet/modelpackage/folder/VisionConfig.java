// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

/**
 * The encoder of pictures, a transformer over square patches (ViT, Dosovitskiy et al. 2021), as SigLIP and CLIP have it.
 *
 * @param prefix of the names of its tensors, such as {@code model.vision_model.}
 * @param hiddenSize width of a patch
 * @param layers number of blocks that are run
 * @param heads of attention; divides {@code hiddenSize}
 * @param intermediateSize width of the feed-forward layers
 * @param imageSize side of a picture in pixels
 * @param patchSize side of a patch in pixels
 * @param activation of the feed-forward layers
 * @param normEpsilon added to the variance
 * @param clip whether it begins as CLIP does: with a class token, a norm before the blocks, and patches without a bias
 * @param readout what is made of its patches
 */
public record VisionConfig(
        String prefix,
        int hiddenSize,
        int layers,
        int heads,
        int intermediateSize,
        int imageSize,
        int patchSize,
        Activation activation,
        double normEpsilon,
        boolean clip,
        VisionReadout readout) {

    /** Activation of the feed-forward layers. */
    public enum Activation {
        GELU,
        /** By its approximation with the hyperbolic tangent. */
        GELU_TANH,
        /** {@code x · sigmoid(1.702 x)}. */
        QUICK_GELU
    }

    /** Patches of a side. */
    public int side() {
        return imageSize / patchSize;
    }

    /** Patches of a picture, the class token among them if there is one. */
    public int positions() {
        return side() * side() + (clip ? 1 : 0);
    }

    /** Rows that a picture gives. */
    public int rows() {
        return switch (readout) {
            case VisionReadout.PixelShuffle shuffle -> side() * side() / (shuffle.scale() * shuffle.scale());
            case VisionReadout.Projector projector -> positions() - (projector.withoutClass() ? 1 : 0);
            case VisionReadout.ClassToken one -> 1;
            case VisionReadout.AttentionPool one -> 1;
        };
    }

    /** Values of a row. */
    public int width() {
        return switch (readout) {
            case VisionReadout.PixelShuffle shuffle -> shuffle.width();
            case VisionReadout.Projector projector -> projector.width();
            case VisionReadout.ClassToken token -> token.width();
            case VisionReadout.AttentionPool pool -> hiddenSize;
        };
    }
}
