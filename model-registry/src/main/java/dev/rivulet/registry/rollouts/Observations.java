// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.rollouts.analysis.Window;
import java.time.Instant;
import java.util.List;

/** What replicas tell of candidates and what requests came to. */
public interface Observations {

    /**
     * From now on looks at these rollouts alone; at none, it costs nothing. After a restart everything since the earliest of them began
     * is read again.
     */
    void follow(List<Rollout> active);

    /** When the looking began; nothing can have been missed for longer than since then. */
    Instant since();

    /** Whether everything that was there when the looking began has been read. */
    boolean caughtUp();

    /** What live replicas tell of the candidate. */
    Fleet fleet(Rollout rollout);

    /** What the requests of a version came to that ended at or after {@code from}. */
    Window window(ModelName model, VersionName version, Instant from);
}
