// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.execution;

import dev.rivulet.inference.scheduling.Occupancy;

/**
 * How loaded a loop is, as of its last step.
 *
 * @param tokensGenerated since the loop started
 */
public record LoopLoad(Occupancy occupancy, long tokensGenerated) {}
