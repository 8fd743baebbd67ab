// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine;

/**
 * A decoded picture.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgb unsigned bytes, row by row, {@code 3 · width · height} of them; not to be changed
 */
public record Picture(int width, int height, byte[] rgb) {

    public Picture {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "a picture of " + width + " × " + height + " pixels has 3 bytes a pixel, not " + rgb.length);
        }
    }
}
