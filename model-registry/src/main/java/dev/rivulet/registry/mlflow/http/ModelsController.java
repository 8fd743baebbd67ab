// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow.http;

import static dev.rivulet.registry.mlflow.http.Messages.orEmpty;
import static dev.rivulet.registry.mlflow.http.Messages.required;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.AliasName;
import dev.rivulet.registry.catalog.Catalog;
import dev.rivulet.registry.catalog.CatalogSearch;
import dev.rivulet.registry.catalog.Curation;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.SearchStore.Order;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.mlflow.Filter;
import dev.rivulet.registry.mlflow.MlflowRegistry;
import dev.rivulet.registry.mlflow.http.Messages.AliasBody;
import dev.rivulet.registry.mlflow.http.Messages.LatestVersions;
import dev.rivulet.registry.mlflow.http.Messages.ModelBody;
import dev.rivulet.registry.mlflow.http.Messages.Rename;
import dev.rivulet.registry.mlflow.http.Messages.TagBody;
import dev.rivulet.registry.mlflow.http.Views.RegisteredModel;
import dev.rivulet.registry.mlflow.http.Views.Version;
import dev.rivulet.registry.stages.Stage;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** MLflow's calls about registered models, their tags and aliases. */
@RestController
@RequestMapping({"/api/2.0/mlflow/registered-models", "/ajax-api/2.0/mlflow/registered-models"})
class ModelsController {

    private static final int MOST_RESULTS = 1000;

    private final Catalog catalog;
    private final Curation curation;
    private final CatalogSearch search;
    private final MlflowRegistry registry;
    private final StagedViews views;

    ModelsController(
            Catalog catalog, Curation curation, CatalogSearch search, MlflowRegistry registry, StagedViews views) {
        this.catalog = catalog;
        this.curation = curation;
        this.search = search;
        this.registry = registry;
        this.views = views;
    }

    /** An answer with a model. */
    record One(RegisteredModel registeredModel) {}

    /** A page of models. */
    record Many(List<RegisteredModel> registeredModels, String nextPageToken) {}

    /** The newest versions. */
    record Latest(List<Version> modelVersions) {}

    @PostMapping("/create")
    One create(@RequestBody ModelBody body) {
        return one(registry.create(
                ModelName.parse(body.name(), "name"), orEmpty(body.description()), Messages.tags(body.tags())));
    }

    @GetMapping("/get")
    One get(@RequestParam @Nullable String name) {
        return one(catalog.get(ModelName.parse(name, "name")));
    }

    @GetMapping("/search")
    Many search(
            @RequestParam(required = false) @Nullable String filter,
            @RequestParam(name = "max_results", defaultValue = "100") int maxResults,
            @RequestParam(name = "order_by", required = false) @Nullable List<String> orderBy,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken) {
        Paging paging = Paging.of(orderBy, maxResults, MOST_RESULTS, pageToken, Order.NAME);
        List<Model> found = search.models(Filter.ofModels(filter), paging.order(), paging.limit() + 1, paging.offset());
        var page = paging.page(found, views::model);
        return new Many(page.results(), page.next());
    }

    @PatchMapping("/update")
    One update(@RequestBody ModelBody body) {
        ModelName name = ModelName.parse(body.name(), "name");
        return one(
                curation.describe(name, orEmpty(body.description()), null, null).model());
    }

    @PostMapping("/rename")
    One rename(@RequestBody Rename body) {
        return one(registry.rename(ModelName.parse(body.name(), "name"), ModelName.parse(body.newName(), "new_name")));
    }

    @DeleteMapping("/delete")
    Map<String, String> delete(@RequestBody ModelBody body) {
        curation.removeModel(ModelName.parse(body.name(), "name"), null);
        return Map.of();
    }

    @PostMapping("/get-latest-versions")
    Latest latestVersions(@RequestBody LatestVersions body) {
        return latest(body.name(), body.stages());
    }

    @GetMapping("/get-latest-versions")
    Latest latest(@RequestParam @Nullable String name, @RequestParam(required = false) @Nullable List<String> stages) {
        Model model = catalog.get(ModelName.parse(name, "name"));
        Set<Stage> wanted = EnumSet.noneOf(Stage.class);
        (stages == null ? List.<String>of() : stages).forEach(stage -> wanted.add(Stage.parse(stage, "stages")));
        return new Latest(views.latest(model, wanted));
    }

    private One one(Model model) {
        return new One(views.model(model));
    }

    @PostMapping("/set-tag")
    Map<String, String> setTag(@RequestBody TagBody body) {
        curation.putTag(ModelName.parse(body.name(), "name"), required(body.key(), "key"), orEmpty(body.value()));
        return Map.of();
    }

    @DeleteMapping("/delete-tag")
    Map<String, String> deleteTag(@RequestBody TagBody body) {
        curation.removeTag(ModelName.parse(body.name(), "name"), required(body.key(), "key"));
        return Map.of();
    }

    @PostMapping("/alias")
    Map<String, String> setAlias(@RequestBody AliasBody body) {
        catalog.putAlias(
                ModelName.parse(body.name(), "name"),
                AliasName.parse(body.alias(), "alias"),
                VersionName.parse(body.version(), "version"),
                null);
        return Map.of();
    }

    @DeleteMapping("/alias")
    Map<String, String> deleteAlias(@RequestBody AliasBody body) {
        catalog.removeAlias(ModelName.parse(body.name(), "name"), AliasName.parse(body.alias(), "alias"), null);
        return Map.of();
    }

    @GetMapping("/alias")
    VersionsController.One alias(@RequestParam @Nullable String name, @RequestParam @Nullable String alias) {
        Model model = catalog.get(ModelName.parse(name, "name"));
        AliasName wanted = AliasName.parse(alias, "alias");
        VersionName version = model.aliases().get(wanted);
        if (version == null) {
            throw new ProblemException(
                    Problem.at(ProblemCode.NOT_FOUND, "alias", model.name() + " has no alias " + wanted + "."));
        }
        return new VersionsController.One(views.version(registry.version(model.name(), version)));
    }
}
