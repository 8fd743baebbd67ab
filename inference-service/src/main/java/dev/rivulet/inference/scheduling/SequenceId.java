// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

/** Names one sequence of one loop; grows with arrival. */
public record SequenceId(long value) {}
