// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow.http;

import dev.rivulet.registry.catalog.CatalogSearch.Hit;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.ModelVersion;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.mlflow.http.Views.RegisteredModel;
import dev.rivulet.registry.mlflow.http.Views.Version;
import dev.rivulet.registry.stages.Stage;
import dev.rivulet.registry.stages.Stages;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Models and versions as MLflow shows them: with their stages. */
@Component
class StagedViews {

    private final Stages stages;

    StagedViews(Stages stages) {
        this.stages = stages;
    }

    RegisteredModel model(Model model) {
        return RegisteredModel.of(model, latest(model, Set.of()));
    }

    Version version(Hit hit) {
        return versions(List.of(hit)).getFirst();
    }

    List<Version> versions(List<Hit> hits) {
        Map<ModelName, Map<VersionName, Stage>> known = new HashMap<>();
        return hits.stream()
                .map(hit ->
                        Version.of(hit, stage(known.computeIfAbsent(hit.model().name(), stages::of), hit.version())))
                .toList();
    }

    /**
     * The newest version of each stage.
     *
     * @param wanted which stages; empty for all
     */
    List<Version> latest(Model model, Set<Stage> wanted) {
        Map<VersionName, Stage> known = stages.of(model.name());
        Map<Stage, Version> newest = new EnumMap<>(Stage.class);
        for (ModelVersion version : model.versions()) {
            Stage stage = stage(known, version);
            if (wanted.isEmpty() || wanted.contains(stage)) {
                newest.put(stage, Version.of(new Hit(model, version), stage));
            }
        }
        return new ArrayList<>(newest.values());
    }

    private static Stage stage(Map<VersionName, Stage> known, ModelVersion version) {
        return known.getOrDefault(version.name(), Stage.NONE);
    }
}
