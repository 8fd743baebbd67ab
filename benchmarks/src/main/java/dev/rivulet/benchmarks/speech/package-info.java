// SPDX-License-Identifier: Apache-2.0
/** How well and how fast spoken commands are recognised. */
@NullMarked
package dev.rivulet.benchmarks.speech;

import org.jspecify.annotations.NullMarked;
