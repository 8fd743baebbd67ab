// SPDX-License-Identifier: Apache-2.0
/** Text to tokens and back, over the reference tokenizer library, with special tokens kept out of callers' hands. */
@NullMarked
package dev.rivulet.modelpackage.tokenizer;

import org.jspecify.annotations.NullMarked;
