// SPDX-License-Identifier: Apache-2.0
/** What this project takes and gives on a machine, measured apart from its tests. */
@NullMarked
package dev.rivulet.benchmarks;

import org.jspecify.annotations.NullMarked;
