// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.callers;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps who changed what; nothing of it is ever changed or removed. */
public interface AuditLog {

    /**
     * What is asked for; null is everything.
     *
     * @param who also finds the person that a service acted for
     * @param target how the path begins
     * @param before entries older than this id
     * @param limit 1 to 1000
     */
    record Query(
            @Nullable String who,
            @Nullable String target,
            @Nullable String outcome,
            @Nullable Instant since,
            @Nullable Instant until,
            @Nullable Long before,
            int limit) {}

    /** Keeps an entry under the next id. */
    void add(AuditEntry entry);

    /** Newest first. */
    List<AuditEntry> find(Query query);
}
