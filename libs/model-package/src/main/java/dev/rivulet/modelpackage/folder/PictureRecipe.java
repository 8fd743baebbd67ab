// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import java.util.List;

/**
 * How a picture becomes the numbers that an encoder reads, from {@code preprocessor_config.json}.
 *
 * @param shape how it gets the size that the encoder wants
 * @param resampling the filter of a resize, by Pillow's number: 1 Lanczos, 2 bilinear, 3 bicubic, 4 box
 * @param factor multiplies values from 0 to 255
 * @param mean of red, green and blue, taken from the product
 * @param deviation of red, green and blue, which divides the difference
 */
public record PictureRecipe(Shape shape, int resampling, double factor, List<Double> mean, List<Double> deviation) {

    public PictureRecipe {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
    }

    /** Side of the pictures that come out. */
    public int square() {
        return switch (shape) {
            case Squares squares -> squares.square();
            case Middle middle -> middle.square();
            case Stretched stretched -> stretched.square();
        };
    }

    /** How a picture gets its size. */
    public sealed interface Shape {}

    /**
     * Idefics3: the longer side gets a length; then the whole is made one square, or it is stretched to whole squares, which are read
     * one by one and the whole after them.
     *
     * @param longest side after the first resize; 0 for none
     * @param square side of a square
     * @param splitting whether there are squares of parts
     */
    public record Squares(int longest, int square, boolean splitting) implements Shape {}

    /**
     * CLIP: the shorter side gets a length; then the middle is cut out.
     *
     * @param shortest side after the resize
     * @param square side of the part that is cut out
     * @param padded whether it is made a square first, on a background of the mean colour
     */
    public record Middle(int shortest, int square, boolean padded) implements Shape {}

    /** SigLIP: stretched to a square. */
    public record Stretched(int square) implements Shape {}
}
