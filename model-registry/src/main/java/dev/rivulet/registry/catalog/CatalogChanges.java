// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every change of every row of the catalogue, recorded by the database in the transaction of the change and never changed
 * afterwards. The catalogue's tables are what the changes come to. Methods join the transaction of the caller.
 */
public interface CatalogChanges {

    /**
     * What the changes come to when all of them are taken in again, beside what the catalogue holds.
     *
     * @param events that were taken in
     * @param models that there are after the last of them
     * @param versions the same
     * @param aliases the same
     * @param differences the first of the rows that are not the same in both, such as {@code only in the catalogue: model_alias
     *     {"alias": "champion", "model": "m"}}
     */
    record Replayed(long events, long models, long versions, long aliases, List<String> differences) {

        public Replayed {
            differences = List.copyOf(differences);
        }

        /** Both together; of their differences the first {@code most}. */
        public Replayed with(Replayed more, int most) {
            return new Replayed(
                    events + more.events,
                    models + more.models,
                    versions + more.versions,
                    aliases + more.aliases,
                    Stream.concat(differences.stream(), more.differences.stream())
                            .limit(most)
                            .toList());
        }

        /** Whether every column of every row is the same. */
        public boolean identical() {
            return differences.isEmpty();
        }
    }

    /** Takes in every change again; changes nothing. */
    Replayed replay();

    /**
     * Keeps all writers off the catalogue until the transaction ends; reading goes on.
     *
     * @throws org.springframework.dao.PessimisticLockingFailureException if one of them holds a row for longer than half a second
     */
    void keepWritersOff();

    /** Drops all rows and makes them anew; writers must be kept off. */
    void makeAnew();

    /** A model as it was at a moment, with the versions, aliases and tags of then; empty if there was none. */
    Optional<Model> modelAt(ModelName model, Instant at);
}
