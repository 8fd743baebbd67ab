// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.lineage;

import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.VersionName;
import java.time.Instant;
import java.util.List;

/** Where edges that people stated are kept. Methods join the transaction of the caller. */
public interface EdgeStore {

    /** Edges of a version by kind and target. */
    List<Edge> edges(ModelName model, VersionName version);

    /** Adds an edge; false if there is one of this kind and target. */
    boolean add(ModelName model, VersionName version, Edge edge, Instant at);
}
