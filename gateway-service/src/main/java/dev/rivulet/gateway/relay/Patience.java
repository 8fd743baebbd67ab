// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import java.time.Duration;

/**
 * How long a stream waits for its replica, and what is due. Times are nanoseconds of a monotonic clock. Used by one thread at a time.
 */
final class Patience {

    /** What is due. */
    enum Due {
        NOTHING,
        PING,
        NO_FIRST_BYTE,
        REPLICA_SILENT
    }

    private static final long SHORTEST = 1_000_000;

    private final long ping;
    private final long firstByte;
    private final long idle;
    private final long began;
    private boolean begun;
    private long lastPing;
    private long silentSince;
    private boolean waiting = true;
    private boolean over;

    Patience(RelayProperties limits, long now) {
        this.ping = nanos(limits.ping());
        this.firstByte = nanos(limits.firstByteTimeout());
        this.idle = nanos(limits.idleTimeout());
        this.began = now;
        this.lastPing = now;
    }

    /** Bytes have come from the replica. */
    void heard(long now) {
        begun = true;
        silentSince = now;
    }

    /** Whether the replica is waited for now: while its reader stalls it may rest. */
    void waiting(boolean forReplica, long now) {
        if (forReplica && !waiting) {
            silentSince = now;
        }
        waiting = forReplica;
    }

    /** A ping was sent, or could not be. */
    void pinged(long now) {
        lastPing = now;
    }

    /** The answer has ended: nothing is due any more. */
    void over() {
        over = true;
    }

    Due due(long now) {
        if (over) {
            return Due.NOTHING;
        }
        if (!begun) {
            if (now - began >= firstByte) {
                return Due.NO_FIRST_BYTE;
            }
            return now - lastPing >= ping ? Due.PING : Due.NOTHING;
        }
        return waiting && now - silentSince >= idle ? Due.REPLICA_SILENT : Due.NOTHING;
    }

    /** Nanoseconds until something may be due. */
    long next(long now) {
        if (over) {
            return idle;
        }
        if (!begun) {
            return Math.max(SHORTEST, Math.min(began + firstByte - now, lastPing + ping - now));
        }
        return waiting ? Math.max(SHORTEST, silentSince + idle - now) : idle;
    }

    private static long nanos(Duration duration) {
        return duration.toNanos();
    }
}
