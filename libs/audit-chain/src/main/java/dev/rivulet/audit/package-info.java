// SPDX-License-Identifier: Apache-2.0
/** The audit chain of a federation: entries that are signed and chained, the stores that keep them, and the check that finds any edit. */
@NullMarked
package dev.rivulet.audit;

import org.jspecify.annotations.NullMarked;
