// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that many share: who finds none left is turned away, and nobody waits. Safe for threads. */
public final class MemoryBudget {

    private final AtomicLong left;

    /** @param bytes of all together */
    public MemoryBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /** Whether there was room for so many bytes; they are then taken until {@link #give}. */
    public boolean take(long bytes) {
        long before = left.getAndUpdate(now -> now < bytes ? now : now - bytes);
        return before >= bytes;
    }

    /** Gives taken bytes back. */
    public void give(long bytes) {
        left.addAndGet(bytes);
    }

    /** Bytes that nobody has. */
    public long left() {
        return left.get();
    }
}
