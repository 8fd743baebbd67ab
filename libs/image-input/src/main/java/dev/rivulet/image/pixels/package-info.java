// SPDX-License-Identifier: Apache-2.0
/** The arithmetic between RGB and what a vision model reads: resizing as Pillow does it, cropping, tiles and normalised planes. */
@NullMarked
package dev.rivulet.image.pixels;

import org.jspecify.annotations.NullMarked;
