// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.stages;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where stages are kept. Methods join the transaction of the caller. */
public interface StageStore {

    /** The stages of a model's versions; what is missing is in none. */
    Map<VersionName, Stage> stages(ModelName model);

    /** Puts a version into a stage. */
    void put(ModelName model, VersionName version, Stage stage, Instant at);

    /** A request that is to be kept, whose id is not known yet. */
    record Asked(
            ModelName model,
            VersionName version,
            String commit,
            Stage from,
            Stage stage,
            String reason,
            String by,
            Instant at,
            StageRequest.State state) {}

    /** Keeps a request; empty if one of this version is pending. */
    Optional<StageRequest> ask(Asked request);

    /** A request; nobody else decides it before this transaction ends. */
    Optional<StageRequest> lock(long id);

    /** Writes a decision down. */
    StageRequest decide(long id, StageRequest.State state, String by, String reason, Instant at);

    /** At most {@code limit} requests of a model, newest first. */
    List<StageRequest> requests(ModelName model, int limit);
}
