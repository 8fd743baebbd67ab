// SPDX-License-Identifier: Apache-2.0
/** What an engine must do: load a model folder, turn text into tokens and back, and decode in slots. */
@NullMarked
package dev.rivulet.engine;

import org.jspecify.annotations.NullMarked;
