// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import java.util.List;

/** Finds models and versions in the catalogue. Methods join the transaction of the caller. */
public interface SearchStore {

    /** What results are sorted by; names that are equal in it come in the order of their names. */
    enum Order {
        NAME,
        NAME_DESCENDING,
        CHANGED,
        CHANGED_DESCENDING,
        CREATED,
        CREATED_DESCENDING
    }

    /** A version by its names. */
    record Found(ModelName model, VersionName version) {}

    /**
     * Models that meet all conditions.
     *
     * @param limit at most so many
     * @param offset how many are left out before the first
     */
    List<Model> models(List<Condition> conditions, Order order, int limit, long offset);

    /** Versions that meet all conditions, by the names of their models and then in the given order. */
    List<Found> versions(List<Condition> conditions, Order order, int limit, long offset);
}
