// SPDX-License-Identifier: Apache-2.0
/** GGUF files: mapped, checked before anything is believed, and read as the model that they were made from. */
@NullMarked
package dev.rivulet.modelpackage.gguf;

import org.jspecify.annotations.NullMarked;
