// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.time.Duration;

/**
 * What a batch may hold and how long anything may wait.
 *
 * @param slots sequences that may run or be parked, at least 1
 * @param sequences sequences in the batch in all: waiting, running and parked, at least {@code slots}
 * @param prefillChunk most tokens of one prefill run, at least 1
 * @param stepTokens most prefill tokens between two decode steps, at least {@code prefillChunk}
 * @param prefillShare how long the prefill of a step may take beside a decode step, as a multiple of the latter's time, above 0
 * @param cachedPrefixes most slots that keep the prefix of a sequence that left, 0 for no prefix cache
 * @param queueTimeout how long a new sequence may wait for a slot
 * @param parkedKeep how long a sequence whose reader stalls keeps its KV cache while others wait for a slot
 * @param aging how long a sequence waits for each class that it rises by, at least 1 ns
 * @param stallTimeout how long a reader may stall before its sequence ends
 * @param drafted most tokens of a sequence that one step verifies, 0 for no speculation
 * @param aside sequences that may be set aside with their KV cache for a tenant that has no slot, 0 for none ever
 * @param yieldAfter how long that tenant's sequence waits first, at least 0
 */
public record SchedulingLimits(
        int slots,
        int sequences,
        int prefillChunk,
        int stepTokens,
        double prefillShare,
        int cachedPrefixes,
        Duration queueTimeout,
        Duration parkedKeep,
        Duration aging,
        Duration stallTimeout,
        int drafted,
        int aside,
        Duration yieldAfter) {

    public SchedulingLimits {
        if (slots < 1 || sequences < slots || prefillChunk < 1 || stepTokens < prefillChunk) {
            throw new IllegalArgumentException("need slots >= 1, sequences >= slots, stepTokens >= prefillChunk >= 1: "
                    + slots + ", " + sequences + ", " + stepTokens + ", " + prefillChunk);
        }
        if (!(prefillShare > 0)) {
            throw new IllegalArgumentException("need prefillShare > 0: " + prefillShare);
        }
        if (drafted < 0) {
            throw new IllegalArgumentException("need drafted >= 0: " + drafted);
        }
        if (aside < 0 || yieldAfter.isNegative()) {
            throw new IllegalArgumentException("need aside >= 0, yieldAfter >= 0: " + aside + ", " + yieldAfter);
        }
        if (cachedPrefixes < 0 || !aging.isPositive()) {
            throw new IllegalArgumentException("need cachedPrefixes >= 0, aging > 0: " + cachedPrefixes + ", " + aging);
        }
    }

    /** Without speculation; nobody is set aside. */
    public SchedulingLimits(
            int slots,
            int sequences,
            int prefillChunk,
            int stepTokens,
            double prefillShare,
            int cachedPrefixes,
            Duration queueTimeout,
            Duration parkedKeep,
            Duration aging,
            Duration stallTimeout) {
        this(
                slots,
                sequences,
                prefillChunk,
                stepTokens,
                prefillShare,
                cachedPrefixes,
                queueTimeout,
                parkedKeep,
                aging,
                stallTimeout,
                0,
                0,
                Duration.ZERO);
    }

    /** Sequences that may hold a KV cache: those that run or are parked, and those that are set aside. */
    public int places() {
        return slots + aside;
    }

    /** The same with so many drafted tokens. */
    public SchedulingLimits drafting(int tokens) {
        return new SchedulingLimits(
                slots,
                sequences,
                prefillChunk,
                stepTokens,
                prefillShare,
                cachedPrefixes,
                queueTimeout,
                parkedKeep,
                aging,
                stallTimeout,
                tokens,
                aside,
                yieldAfter);
    }

    /** The same with so many sequences that may be set aside. */
    public SchedulingLimits settingAside(int most, Duration after) {
        return new SchedulingLimits(
                slots,
                sequences,
                prefillChunk,
                stepTokens,
                prefillShare,
                cachedPrefixes,
                queueTimeout,
                parkedKeep,
                aging,
                stallTimeout,
                drafted,
                most,
                after);
    }
}
