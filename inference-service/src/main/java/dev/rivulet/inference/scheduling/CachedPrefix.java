// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

/**
 * A slot that no sequence holds and that still has keys and values of one that left.
 *
 * @param prefix what it holds, at least one block
 * @param usedAt nanoseconds of the loop's clock when a sequence last held or shared it
 */
record CachedPrefix(int slot, Prefix prefix, long usedAt) {

    CachedPrefix inSlot(int other) {
        return new CachedPrefix(other, prefix, usedAt);
    }

    CachedPrefix used(long at) {
        return new CachedPrefix(slot, prefix, at);
    }
}
