// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the catalogue is kept. Methods join the transaction of the caller. */
public interface CatalogStore {

    /** Adds a model at revision 1; false if there is one of that name. */
    boolean insert(ModelName name, Task task, String description, Instant at);

    /** The model as it stands. */
    Optional<Model> find(ModelName name);

    /** The model as it stands; nobody else changes it before this transaction ends. */
    Optional<Model> lock(ModelName name);

    /** At most {@code limit} models in the order of their names, after the given one. */
    List<Model> list(@Nullable ModelName after, int limit);

    /** How many models there are. */
    int count();

    /** Adds a version to a locked model. */
    void addVersion(ModelName model, ModelVersion version);

    /** Points an alias of a locked model to one of its versions. */
    void putAlias(ModelName model, AliasName alias, VersionName version);

    /** Removes an alias of a locked model. */
    void removeAlias(ModelName model, AliasName alias);

    /**
     * Counts a change.
     *
     * @return the model as it stands now
     */
    Model bump(ModelName model, Instant at);
}
