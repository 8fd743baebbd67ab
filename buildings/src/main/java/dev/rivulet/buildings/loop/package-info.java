// SPDX-License-Identifier: Apache-2.0
/** Three houses whose people speak their own language, and what becomes of what they think of answers. */
@NullMarked
package dev.rivulet.buildings.loop;

import org.jspecify.annotations.NullMarked;
