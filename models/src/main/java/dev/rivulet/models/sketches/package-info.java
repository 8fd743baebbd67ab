// SPDX-License-Identifier: Apache-2.0
/** The drawings that the built-in sketch model learns from and is measured on: subjects, styles, captions and questions. */
@NullMarked
package dev.rivulet.models.sketches;

import org.jspecify.annotations.NullMarked;
