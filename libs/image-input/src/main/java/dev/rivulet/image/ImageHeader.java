// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

/**
 * What the bytes of an image say of it before any pixel is decoded.
 *
 * @param format by the first bytes
 * @param width of the canvas in pixels, as stored: before {@code orientation} is applied
 * @param height of the canvas
 * @param frames 1, or the frames of an animation
 * @param orientation of EXIF, 1 to 8: 1 is upright
 */
public record ImageHeader(ImageFormat format, int width, int height, int frames, int orientation) {

    public ImageHeader {
        if (width < 1 || height < 1 || frames < 1 || orientation < 1 || orientation > 8) {
            throw new IllegalArgumentException("sizes and frames are at least 1, the orientation is 1 to 8");
        }
    }

    /** Pixels of one frame. */
    public long pixels() {
        return (long) width * height;
    }

    /** Width as shown, with the orientation applied. */
    public int shownWidth() {
        return orientation < 5 ? width : height;
    }

    /** Height as shown, with the orientation applied. */
    public int shownHeight() {
        return orientation < 5 ? height : width;
    }
}
