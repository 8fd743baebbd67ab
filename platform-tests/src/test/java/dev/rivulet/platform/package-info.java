// SPDX-License-Identifier: Apache-2.0
/** The whole platform as a stranger meets it. */
@NullMarked
package dev.rivulet.platform;

import org.jspecify.annotations.NullMarked;
