// SPDX-License-Identifier: Apache-2.0
/** Weights of 8 and 4 bits: how they are chosen, and the file that keeps them. */
@NullMarked
package dev.rivulet.modelpackage.quantisation;

import org.jspecify.annotations.NullMarked;
