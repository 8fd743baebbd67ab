// SPDX-License-Identifier: Apache-2.0
/** Tests of the replica as a whole. */
@NullMarked
package dev.rivulet.inference;

import org.jspecify.annotations.NullMarked;
