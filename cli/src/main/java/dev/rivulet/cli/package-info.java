// SPDX-License-Identifier: Apache-2.0
/** The {@code rivulet} command: its sub-commands and how they are found. */
@NullMarked
package dev.rivulet.cli;

import org.jspecify.annotations.NullMarked;
