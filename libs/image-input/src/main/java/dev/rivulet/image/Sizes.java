// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.image;

import static dev.rivulet.image.ImageRefusedException.malformed;

/** Widths and heights as files tell them. */
final class Sizes {

    private Sizes() {}

    static int of(long told, String what) throws ImageRefusedException {
        if (told < 1 || told > Integer.MAX_VALUE) {
            throw malformed("the " + what + " of the image is " + told + "; it must be at least 1");
        }
        return (int) told;
    }
}
