// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rivulet.registry.catalog.AliasName;
import dev.rivulet.registry.catalog.CatalogSearch.Hit;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelVersion;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.mlflow.MlflowTags;
import dev.rivulet.registry.mlflow.Source;
import dev.rivulet.registry.stages.Stage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** MLflow's messages about models and versions. Times are milliseconds since 1970. */
final class Views {

    private Views() {}

    /** A tag. */
    record Tag(String key, String value) {}

    /** An alias and the version it points to. */
    record Alias(String alias, String version) {}

    /** {@code RegisteredModel}. */
    record RegisteredModel(
            String name,
            long creationTimestamp,
            long lastUpdatedTimestamp,
            String description,
            List<Version> latestVersions,
            List<Tag> tags,
            List<Alias> aliases) {

        static RegisteredModel of(Model model, List<Version> latest) {
            return new RegisteredModel(
                    model.name().value(),
                    model.createdAt().toEpochMilli(),
                    model.changedAt().toEpochMilli(),
                    model.description(),
                    latest,
                    Views.tags(model.details().tags(), _ -> true),
                    model.aliases().entrySet().stream()
                            .map(alias -> new Alias(
                                    alias.getKey().value(), alias.getValue().value()))
                            .toList());
        }
    }

    /** {@code ModelVersion}; its source is where its files are in this registry, whatever they came from. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Version(
            String name,
            String version,
            long creationTimestamp,
            long lastUpdatedTimestamp,
            String currentStage,
            String description,
            String source,
            @Nullable String runId,
            @Nullable String runLink,
            String status,
            List<Tag> tags,
            List<String> aliases) {

        static Version of(Hit hit, Stage stage) {
            ModelVersion version = hit.version();
            return new Version(
                    hit.model().name().value(),
                    version.name().value(),
                    version.createdAt().toEpochMilli(),
                    version.createdAt().toEpochMilli(),
                    stage.title(),
                    version.description(),
                    Source.of(hit.model().name(), version.name()),
                    version.tags().get(MlflowTags.RUN_ID),
                    version.tags().get(MlflowTags.RUN_LINK),
                    "READY",
                    Views.tags(
                            version.allTags(),
                            key -> !Set.of(MlflowTags.RUN_ID, MlflowTags.RUN_LINK)
                                    .contains(key)),
                    Views.aliases(hit.model().aliases(), version.name()));
        }
    }

    private static List<Tag> tags(Map<String, String> tags, Predicate<String> shown) {
        return new TreeMap<>(tags)
                .entrySet().stream()
                        .filter(tag -> shown.test(tag.getKey()))
                        .map(tag -> new Tag(tag.getKey(), tag.getValue()))
                        .toList();
    }

    private static List<String> aliases(Map<AliasName, VersionName> aliases, VersionName version) {
        return aliases.entrySet().stream()
                .filter(alias -> alias.getValue().equals(version))
                .map(alias -> alias.getKey().value())
                .toList();
    }
}
