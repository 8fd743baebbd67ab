// SPDX-License-Identifier: Apache-2.0
/** The signature of a version of a model: who vouches for which files. */
@NullMarked
package dev.rivulet.signing;

import org.jspecify.annotations.NullMarked;
