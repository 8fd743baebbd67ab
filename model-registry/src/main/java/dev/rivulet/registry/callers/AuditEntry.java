// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.callers;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request that changed something, or was to.
 *
 * @param id grows with time; 0 before it is kept
 * @param at when it was answered
 * @param who name of the principal, or {@code service}
 * @param person the principal that a service acted for
 * @param action HTTP method
 * @param target path without its query
 * @param status HTTP status of the answer
 * @param outcome {@code done}, {@code refused} (401, 403) or {@code failed}
 * @param requestId of the answer's header {@code x-request-id}
 */
public record AuditEntry(
        long id,
        Instant at,
        String who,
        @Nullable String person,
        String action,
        String target,
        int status,
        String outcome,
        String requestId) {

    static final int LONGEST_TARGET = 500;

    public AuditEntry {
        if (target.length() > LONGEST_TARGET) {
            target = target.substring(0, LONGEST_TARGET);
        }
    }

    /** What a status means. */
    public static String outcome(int status) {
        if (status < 400) {
            return "done";
        }
        return status == 401 || status == 403 ? "refused" : "failed";
    }
}
