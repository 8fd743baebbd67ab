// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happened to models, versions and aliases; recorded by the database with each change, never changed afterwards. */
public interface CatalogHistory {

    /**
     * One change.
     *
     * @param type model_created, model_removed, version_registered, version_removed, alias_set or alias_removed
     * @param alias that was set or removed
     * @param version that was registered, or that the alias points or pointed to
     */
    record CatalogEvent(
            String type, @Nullable String alias, @Nullable String version, Instant at) {}

    /**
     * What the changes come to when all of them are taken in again, beside what the catalogue holds.
     *
     * @param events that were taken in
     * @param models that there are after the last of them
     * @param versions the same
     * @param aliases the same
     * @param differences the first of what only one of both has, such as {@code only in the catalogue: alias m champion 2}
     */
    record Replayed(long events, long models, long versions, long aliases, List<String> differences) {

        public Replayed {
            differences = List.copyOf(differences);
        }
    }

    /** Takes in every change again; changes nothing. */
    Replayed replay();

    /** At most {@code limit} changes of a model, newest first. */
    List<CatalogEvent> events(ModelName model, int limit);

    /**
     * The change that made an alias what it was at a moment: {@code alias_set}, or {@code alias_removed} if it was nothing.
     *
     * @return empty if it had never been set before
     */
    Optional<CatalogEvent> aliasAt(ModelName model, AliasName alias, Instant at);
}
