package dev.rivulet.gateway.relay;

import java.time.Duration;

/**
 * How long a stream waits for whom, and what is due. Times are nanoseconds of a monotonic clock. Used by one thread at a time.
 */
final class Patience {

    /** What is due. */
    enum Due {
        NOTHING,
        PING,
        NO_FIRST_BYTE,
        REPLICA_SILENT,
        READER_STALLED
    }

    private final long ping;
    private final long firstByte;
    private final long idle;
    private final long reader;
    private final long began;
    private boolean begun;
    private long lastPing;
    private long silentSince;
    private long stalledSince;
    private boolean waitingForReplica = true;
    private boolean waitingForReader;

    Patience(RelayProperties limits, long now) {
        this.ping = nanos(limits.ping());
        this.firstByte = nanos(limits.firstByteTimeout());
        this.idle = nanos(limits.idleTimeout());
        this.reader = nanos(limits.readerTimeout());
        this.began = now;
        this.lastPing = now;
    }

    /** Bytes have come from the replica. */
    void heard(long now) {
        begun = true;
        silentSince = now;
    }

    /** Who is waited for now. */
    void waiting(boolean forReplica, boolean forReader, long now) {
        if (forReplica && !waitingForReplica) {
            silentSince = now;
        }
        if (forReader && !waitingForReader) {
            stalledSince = now;
        }
        waitingForReplica = forReplica;
        waitingForReader = forReader;
    }

    /** The reader has taken bytes. */
    void taken(long now) {
        stalledSince = now;
    }

    /** A ping was sent, or could not be. */
    void pinged(long now) {
        lastPing = now;
    }

    Due due(long now) {
        if (waitingForReader && now - stalledSince >= reader) {
            return Due.READER_STALLED;
        }
        if (!begun) {
            if (now - began >= firstByte) {
                return Due.NO_FIRST_BYTE;
            }
            return now - lastPing >= ping ? Due.PING : Due.NOTHING;
        }
        return waitingForReplica && now - silentSince >= idle ? Due.REPLICA_SILENT : Due.NOTHING;
    }

    /** Nanoseconds until something may be due. */
    long next(long now) {
        long next = begun ? idle : Math.min(began + firstByte - now, lastPing + ping - now);
        if (begun && waitingForReplica) {
            next = Math.min(next, silentSince + idle - now);
        }
        next = Math.min(next, waitingForReader ? stalledSince + reader - now : reader);
        return Math.max(1_000_000, next);
    }

    private static long nanos(Duration duration) {
        return duration.toNanos();
    }
}
