// SPDX-License-Identifier: Apache-2.0
/** A model folder: its configuration as typed records, and the way to its weights, tokenizer and chat template. */
@NullMarked
package dev.rivulet.modelpackage.folder;

import org.jspecify.annotations.NullMarked;
