// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.SearchStore.Found;
import dev.rivulet.registry.catalog.SearchStore.Order;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Searches the catalogue. */
@Component
public class CatalogSearch {

    private static final int MAX_CONDITIONS = 20;

    private final Catalog catalog;
    private final CatalogStore models;
    private final SearchStore store;

    CatalogSearch(Catalog catalog, CatalogStore models, SearchStore store) {
        this.catalog = catalog;
        this.models = models;
        this.store = store;
    }

    /** A version with its model. */
    public record Hit(Model model, ModelVersion version) {}

    /**
     * Models that meet all conditions.
     *
     * @throws ProblemException if there are more than 20 conditions
     */
    public List<Model> models(List<Condition> conditions, Order order, int limit, long offset) {
        checkNumber(conditions);
        return catalog.inTransaction(() -> store.models(conditions, order, limit, offset));
    }

    /** Versions that meet all conditions; limits as for models. */
    public List<Hit> versions(List<Condition> conditions, Order order, int limit, long offset) {
        checkNumber(conditions);
        return catalog.inTransaction(() -> {
            Map<ModelName, Optional<Model>> read = new HashMap<>();
            return store.versions(conditions, order, limit, offset).stream()
                    .flatMap(found -> hit(found, read).stream())
                    .toList();
        });
    }

    private Optional<Hit> hit(Found found, Map<ModelName, Optional<Model>> read) {
        return read.computeIfAbsent(found.model(), models::find)
                .flatMap(model -> model.version(found.version()).map(version -> new Hit(model, version)));
    }

    private static void checkNumber(List<Condition> conditions) {
        if (conditions.size() > MAX_CONDITIONS) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE, "filter", "A search has at most " + MAX_CONDITIONS + " conditions."));
        }
    }
}
