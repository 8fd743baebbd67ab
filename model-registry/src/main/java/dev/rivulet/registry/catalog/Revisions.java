// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the version that a reader means by one word, as clients of model hubs do: a commit, the name of a version, an alias, or
 * {@code main}, which is the alias {@code champion} and without one the newest version.
 */
public final class Revisions {

    /** What clients ask for when they name no revision. */
    public static final String DEFAULT = "main";

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final String CHAMPION = "champion";

    private Revisions() {}

    /** A commit goes before all names: nobody can take one by naming a version so. */
    public static Optional<ModelVersion> find(Model model, String revision) {
        return byCommit(model, revision)
                .or(() -> byName(model, revision))
                .or(() -> byAlias(model, revision))
                .or(() -> revision.equals(DEFAULT) ? preferred(model) : Optional.empty());
    }

    /** What {@link #DEFAULT} means; empty if the model has no version. */
    public static Optional<ModelVersion> preferred(Model model) {
        return byAlias(model, CHAMPION)
                .or(() -> model.versions().isEmpty()
                        ? Optional.empty()
                        : Optional.of(model.versions().getLast()));
    }

    private static Optional<ModelVersion> byCommit(Model model, String revision) {
        if (!COMMIT.matcher(revision).matches()) {
            return Optional.empty();
        }
        return model.versions().stream()
                .filter(version -> version.commit(model.name()).equals(revision))
                .findFirst();
    }

    private static Optional<ModelVersion> byName(Model model, String revision) {
        return model.versions().stream()
                .filter(version -> version.name().value().equals(revision))
                .findFirst();
    }

    private static Optional<ModelVersion> byAlias(Model model, String revision) {
        return model.aliases().entrySet().stream()
                .filter(alias -> alias.getKey().value().equals(revision))
                .findFirst()
                .flatMap(alias -> model.version(alias.getValue()));
    }
}
