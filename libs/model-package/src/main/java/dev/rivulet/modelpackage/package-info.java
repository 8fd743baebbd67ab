// SPDX-License-Identifier: Apache-2.0
/** Model folders as Hugging Face lays them out, read as hostile input until checked. */
@NullMarked
package dev.rivulet.modelpackage;

import org.jspecify.annotations.NullMarked;
