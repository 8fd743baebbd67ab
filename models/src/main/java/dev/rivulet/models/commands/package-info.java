// SPDX-License-Identifier: Apache-2.0
/** Synthetic speech of commands and of everything else, from which the command recogniser is trained and measured. */
@NullMarked
package dev.rivulet.models.commands;

import org.jspecify.annotations.NullMarked;
