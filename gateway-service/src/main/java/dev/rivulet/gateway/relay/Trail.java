// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.routing.Replica;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The replicas that one request was sent to, so that a second attempt goes elsewhere. Safe for use by many threads. */
final class Trail {

    private final Set<String> asked = new HashSet<>();
    private @Nullable Replica now;
    private @Nullable String second;

    /** The first attempt is at this replica now. */
    synchronized void at(Replica replica) {
        asked.add(replica.id());
        now = replica;
    }

    /** The second attempt is at this replica. */
    synchronized void second(Replica replica) {
        second = replica.id();
    }

    /** Whether the second attempt is at this replica. */
    synchronized boolean isSecond(String replica) {
        return replica.equals(second);
    }

    /** The ids of all replicas that the first attempt was at. */
    synchronized Set<String> asked() {
        return Set.copyOf(asked);
    }

    /** Whether the first attempt is at a replica of this platform, and not at a server of another make. */
    synchronized boolean isAtReplica() {
        return now != null && now.upstream() == null;
    }

    /** These ids, with that of the second attempt's replica if there is one. */
    synchronized Set<String> withSecond(Set<String> ids) {
        if (second == null) {
            return ids;
        }
        Set<String> all = new HashSet<>(ids);
        all.add(second);
        return all;
    }
}
