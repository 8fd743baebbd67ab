// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import java.time.Duration;

/**
 * What an image may cost. All but the time is checked against the header, before a pixel is decoded.
 *
 * @param bytes most bytes of the file
 * @param side most pixels of a side
 * @param pixels most pixels of a frame
 * @param ratio most pixels of all frames that are read, for each byte of the file, if they are more than a million: beyond it lies what
 *     only a bomb or a blank sheet has
 * @param frames most frames of an animation
 * @param time most time to decode
 */
public record ImageLimits(int bytes, int side, long pixels, int ratio, int frames, Duration time) {

    /** 8 MiB, 16384 a side, 16 megapixels, 2000 pixels a byte, 1000 frames, 5 s. */
    public static final ImageLimits DEFAULT =
            new ImageLimits(8 << 20, 16_384, 16_000_000, 2000, 1000, Duration.ofSeconds(5));

    public ImageLimits {
        if (bytes < 1 || side < 1 || pixels < 1 || ratio < 1 || frames < 1 || !time.isPositive()) {
            throw new IllegalArgumentException("every limit of an image must be positive");
        }
        if (pixels > 500_000_000) {
            throw new IllegalArgumentException("more than 500 megapixels do not fit an array, was " + pixels);
        }
    }
}
