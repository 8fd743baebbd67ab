// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.usage;

import dev.rivulet.events.inference.v1.CompletionRecorded;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** What versions were used for. */
public interface UsageStore {

    /** One day (UTC) of a version. */
    record Day(LocalDate day, long requests, long failed, long promptTokens, long completionTokens, Instant lastAt) {}

    /** Counts a finished request; within the transaction that remembers its event. */
    void count(CompletionRecorded completion);

    /** Days on which the version was used, newest first. */
    List<Day> days(ModelName model, VersionName version, LocalDate since);

    /**
     * Forgets days, the oldest first.
     *
     * @param before the first that stays
     * @param most rows at once
     * @return how many rows went
     */
    int expire(LocalDate before, int most);
}
