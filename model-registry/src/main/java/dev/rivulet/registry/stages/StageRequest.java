// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.stages;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * That somebody wanted a version in a stage, and what came of it.
 *
 * @param id grows with every request
 * @param commit the files that were meant
 * @param from the stage it was in
 * @param askedBy a principal, or {@code mlflow} for a client of MLflow, which proves no name
 * @param decidedBy null while nobody decided
 */
public record StageRequest(
        long id,
        ModelName model,
        VersionName version,
        String commit,
        Stage from,
        Stage stage,
        String reason,
        String askedBy,
        Instant askedAt,
        State state,
        @Nullable String decidedBy,
        @Nullable Instant decidedAt,
        @Nullable String decidedReason) {

    /** What came of it. */
    public enum State {
        PENDING,
        /** Nobody had to approve. */
        APPLIED,
        APPROVED,
        REFUSED;

        /** The state in JSON and in the table. */
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
