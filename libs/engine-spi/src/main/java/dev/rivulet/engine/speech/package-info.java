// SPDX-License-Identifier: Apache-2.0
/** What an engine that writes down speech must do: features in, segments of text with their times out. */
@NullMarked
package dev.rivulet.engine.speech;

import org.jspecify.annotations.NullMarked;
