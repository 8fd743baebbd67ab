// SPDX-License-Identifier: Apache-2.0
/** Examines a model before the registry hears of it. */
@NullMarked
package dev.rivulet.importer;

import org.jspecify.annotations.NullMarked;
