// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.http;

import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.catalog.ModelVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A model in JSON. */
record ModelView(
        String name,
        String task,
        String description,
        long revision,
        Instant createdAt,
        Instant changedAt,
        Map<String, String> aliases,
        Map<String, String> tags,
        String license,
        boolean hasCard,
        List<VersionView> versions) {

    /** A version in JSON. */
    record VersionView(
            String model,
            String version,
            Instant createdAt,
            Map<String, String> tags,
            List<String> aliases,
            String description,
            List<FileView> files) {

        static VersionView of(Model model, ModelVersion version) {
            List<String> aliases = model.aliases().entrySet().stream()
                    .filter(alias -> alias.getValue().equals(version.name()))
                    .map(alias -> alias.getKey().value())
                    .toList();
            return new VersionView(
                    model.name().value(),
                    version.name().value(),
                    version.createdAt(),
                    version.allTags(),
                    aliases,
                    version.description(),
                    version.files().stream().map(FileView::of).toList());
        }
    }

    /** A file in JSON. */
    record FileView(String path, String sha256, long size) {
        static FileView of(ModelFile file) {
            return new FileView(file.path(), file.sha256().hex(), file.size());
        }
    }

    /** A page of models; {@code next} is the {@code after} of the next page, null on the last. */
    record Page(List<ModelView> models, @Nullable String next) {}

    static ModelView of(Model model) {
        Map<String, String> aliases = model.aliases().entrySet().stream()
                .collect(Collectors.toMap(
                        alias -> alias.getKey().value(),
                        alias -> alias.getValue().value(),
                        (first, _) -> first,
                        TreeMap::new));
        return new ModelView(
                model.name().value(),
                model.task().wire(),
                model.description(),
                model.revision(),
                model.createdAt(),
                model.changedAt(),
                aliases,
                model.details().tags(),
                model.details().license(),
                model.details().hasCard(),
                model.versions().stream()
                        .map(version -> VersionView.of(model, version))
                        .toList());
    }
}
