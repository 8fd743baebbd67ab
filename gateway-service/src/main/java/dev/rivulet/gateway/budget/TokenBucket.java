// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.budget;

import java.time.Duration;

/**
 * A bucket that fills evenly: it holds what may be taken at once, and a period's worth flows in over the period. What was taken
 * beyond its content is a debt that has to flow in first. Time is monotonic and given in nanoseconds. For one thread at a time.
 */
final class TokenBucket {

    private final long capacity;
    private final double perNano;
    private double level;
    private long at;

    /** @param capacity what flows in over the period, and what the bucket holds at most */
    TokenBucket(long capacity, Duration period, long now) {
        this.capacity = capacity;
        this.perNano = (double) capacity / period.toNanos();
        this.level = capacity;
        this.at = now;
    }

    long capacity() {
        return capacity;
    }

    /** Nanoseconds until so much is there, more than the bucket holds counting as all that it holds; 0 if it is. */
    long nanosUntil(long wanted, long now) {
        flow(now);
        double missing = Math.min(wanted, capacity) - level;
        return missing <= 0 ? 0 : (long) Math.ceil(missing / perNano);
    }

    /** Takes so much, into debt if need be. */
    void take(long amount, long now) {
        flow(now);
        level -= amount;
    }

    /** Puts back what was taken and not needed. */
    void give(long amount, long now) {
        flow(now);
        level = Math.min(capacity, level + amount);
    }

    /** What may be taken now, 0 if it is in debt. */
    long remaining(long now) {
        flow(now);
        return Math.max(0, (long) level);
    }

    /** Nanoseconds until it is full. */
    long nanosUntilFull(long now) {
        return nanosUntil(capacity, now);
    }

    private void flow(long now) {
        if (now > at) {
            level = Math.min(capacity, level + (now - at) * perNano);
            at = now;
        }
    }
}
