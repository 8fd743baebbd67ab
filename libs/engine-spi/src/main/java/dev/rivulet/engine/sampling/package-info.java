// SPDX-License-Identifier: Apache-2.0
/** How the next token is picked from logits. */
@NullMarked
package dev.rivulet.engine.sampling;

import org.jspecify.annotations.NullMarked;
