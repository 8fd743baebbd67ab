// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

/**
 * How full a batch is.
 *
 * @param slots slots in all
 * @param active sequences that run and whose reader takes text
 * @param parked sequences whose reader stalls, with or without a slot
 * @param waiting sequences that wait for a slot, those included that are set aside
 * @param cached slots that no sequence holds and that keep a prefix
 * @param outstandingTokens tokens still to be prefilled or decoded at most
 */
public record Occupancy(int slots, int active, int parked, int waiting, int cached, long outstandingTokens) {}
