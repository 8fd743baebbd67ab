// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Nonces of the requests whose timestamps would still pass. A request that is older is refused for its timestamp, so that nothing can
 * be replayed although the window is bounded. Safe for threads.
 */
final class NonceWindow {

    /** What a nonce is. */
    enum Seen {
        /** Not before. */
        FIRST,
        /** Before. */
        AGAIN,
        /** Not known: the window is full. */
        FULL
    }

    private final Duration kept;
    private final int most;
    private final Map<String, Instant> seen = new LinkedHashMap<>();

    /**
     * @param kept for how long, at least twice the clock skew that is allowed
     * @param most nonces at a time
     */
    NonceWindow(Duration kept, int most) {
        this.kept = kept;
        this.most = most;
    }

    synchronized Seen use(String device, String nonce, Instant now) {
        var oldest = seen.values().iterator();
        while (oldest.hasNext() && oldest.next().plus(kept).isBefore(now)) {
            oldest.remove();
        }
        String key = device + ' ' + nonce;
        if (seen.containsKey(key)) {
            return Seen.AGAIN;
        }
        if (seen.size() >= most) {
            return Seen.FULL;
        }
        seen.put(key, now);
        return Seen.FIRST;
    }

    synchronized int size() {
        return seen.size();
    }
}
