// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

/**
 * A picture without transparency.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgb red, green and blue of each pixel, 0 to 255 as unsigned bytes, row by row; {@code 3 · width · height} of them, not to
 *     be changed
 */
public record RgbImage(int width, int height, byte[] rgb) {

    public RgbImage {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "a picture of " + width + " × " + height + " pixels has 3 bytes a pixel, not " + rgb.length);
        }
    }
}
