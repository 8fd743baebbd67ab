// SPDX-License-Identifier: Apache-2.0
/** The built-in intent classifier as the buildings use it: its trunk gives features, its last layer is what they train. */
@NullMarked
package dev.rivulet.buildings.intent;

import org.jspecify.annotations.NullMarked;
