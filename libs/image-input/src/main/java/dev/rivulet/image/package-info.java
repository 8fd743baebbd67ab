// SPDX-License-Identifier: Apache-2.0
/** The single definition of image input: bytes of a caller become RGB of bounded size, or a refusal that says why. */
@NullMarked
package dev.rivulet.image;

import org.jspecify.annotations.NullMarked;
