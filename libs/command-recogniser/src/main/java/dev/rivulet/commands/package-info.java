// SPDX-License-Identifier: Apache-2.0
/** Recognises spoken commands, and says when it is unsure. */
@NullMarked
package dev.rivulet.commands;

import org.jspecify.annotations.NullMarked;
