// SPDX-License-Identifier: Apache-2.0
/** Asks this replica over its own HTTP API. */
@NullMarked
package dev.rivulet.inference.jobs.http;

import org.jspecify.annotations.NullMarked;
