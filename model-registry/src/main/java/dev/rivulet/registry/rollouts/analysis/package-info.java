// SPDX-License-Identifier: Apache-2.0
/** Whether a candidate is worse than the version that runs: pure, numbers in and a verdict out. */
@NullMarked
package dev.rivulet.registry.rollouts.analysis;

import org.jspecify.annotations.NullMarked;
