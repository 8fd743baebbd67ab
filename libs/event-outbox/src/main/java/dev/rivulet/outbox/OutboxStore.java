// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Where facts wait. Times are those of the store, so that several relays agree. Each method is one transaction of its own,
 * except {@link #append}, which joins the caller's.
 */
public interface OutboxStore {

    /** Writes a fact in the transaction of the caller. */
    void append(Fact fact);

    /**
     * Leases the oldest fact that may be sent: it is due, nobody holds a lease on it, and it is the first unsent one of its
     * aggregate. A lease that ends, or a wait that is over, later than can be while the clock of the store goes on, is left from before it
     * was set back, and holds nobody up.
     *
     * @param time of the lease; relays agree on it, to a factor of two
     * @param longestWait that {@link #failed} is ever given, to a factor of two
     */
    Optional<Leased> lease(UUID relay, Duration time, Duration longestWait);

    /** Marks a fact as sent; does nothing if the lease went to somebody else. */
    void sent(Leased fact, UUID relay);

    /** Gives the lease back and lets the fact, and with it its aggregate, wait; does nothing if the lease was lost. */
    void failed(Leased fact, UUID relay, Duration wait, String reason);

    /** The age of the oldest unsent fact; zero if there is none. */
    Duration oldestUnsentAge();

    /** Deletes at most {@code limit} facts sent longer than {@code age} ago; says how many. */
    int purge(Duration age, int limit);

    /**
     * A fact and its lease.
     *
     * @param seq its place
     * @param attempt 1 for the first
     */
    record Leased(Fact fact, long seq, int attempt) {}
}
