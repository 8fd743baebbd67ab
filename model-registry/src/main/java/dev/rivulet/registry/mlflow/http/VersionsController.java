// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow.http;

import static dev.rivulet.registry.mlflow.http.Messages.orEmpty;
import static dev.rivulet.registry.mlflow.http.Messages.required;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.CatalogSearch;
import dev.rivulet.registry.catalog.CatalogSearch.Hit;
import dev.rivulet.registry.catalog.Curation;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.SearchStore.Order;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.mlflow.Filter;
import dev.rivulet.registry.mlflow.MlflowRegistry;
import dev.rivulet.registry.mlflow.MlflowTags;
import dev.rivulet.registry.mlflow.Source;
import dev.rivulet.registry.mlflow.http.Messages.NewVersionBody;
import dev.rivulet.registry.mlflow.http.Messages.TagBody;
import dev.rivulet.registry.mlflow.http.Messages.Transition;
import dev.rivulet.registry.mlflow.http.Messages.VersionBody;
import dev.rivulet.registry.mlflow.http.Views.Version;
import dev.rivulet.registry.stages.Stage;
import dev.rivulet.registry.stages.Stages;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** MLflow's calls about versions and their tags. */
@RestController
@RequestMapping({"/api/2.0/mlflow/model-versions", "/ajax-api/2.0/mlflow/model-versions"})
class VersionsController {

    private static final int MOST_RESULTS = 200_000;

    private final Curation curation;
    private final CatalogSearch search;
    private final MlflowRegistry registry;
    private final Stages stages;
    private final StagedViews views;

    VersionsController(
            Curation curation, CatalogSearch search, MlflowRegistry registry, Stages stages, StagedViews views) {
        this.curation = curation;
        this.search = search;
        this.registry = registry;
        this.stages = stages;
        this.views = views;
    }

    /** An answer with a version. */
    record One(Version modelVersion) {}

    /** A page of versions. */
    record Many(List<Version> modelVersions, String nextPageToken) {}

    /** Where the files of a version are. */
    record DownloadUri(String artifactUri) {}

    @PostMapping("/create")
    One create(@RequestBody NewVersionBody body) {
        ModelName name = ModelName.parse(body.name(), "name");
        Source source = body.checkedSource();
        Map<String, String> run = new LinkedHashMap<>();
        if (body.runId() != null && !body.runId().isEmpty()) {
            run.put(MlflowTags.RUN_ID, body.runId());
        }
        if (body.runLink() != null && !body.runLink().isEmpty()) {
            run.put(MlflowTags.RUN_LINK, body.runLink());
        }
        return one(registry.register(name, source, run, Messages.tags(body.tags()), orEmpty(body.description())));
    }

    @GetMapping("/get")
    One get(@RequestParam @Nullable String name, @RequestParam @Nullable String version) {
        return one(found(name, version));
    }

    @GetMapping("/get-download-uri")
    DownloadUri downloadUri(@RequestParam @Nullable String name, @RequestParam @Nullable String version) {
        Hit hit = found(name, version);
        return new DownloadUri(Source.of(hit.model().name(), hit.version().name()));
    }

    @GetMapping("/search")
    Many search(
            @RequestParam(required = false) @Nullable String filter,
            @RequestParam(name = "max_results", defaultValue = "10000") int maxResults,
            @RequestParam(name = "order_by", required = false) @Nullable List<String> orderBy,
            @RequestParam(name = "page_token", required = false) @Nullable String pageToken) {
        Paging paging = Paging.of(orderBy, maxResults, MOST_RESULTS, pageToken, Order.CREATED_DESCENDING);
        List<Hit> found =
                search.versions(Filter.ofVersions(filter), paging.order(), paging.limit() + 1, paging.offset());
        var page = paging.page(found, hit -> hit);
        return new Many(views.versions(page.results()), page.next());
    }

    @PatchMapping("/update")
    One update(@RequestBody VersionBody body) {
        ModelName name = ModelName.parse(body.name(), "name");
        VersionName version = VersionName.parse(body.version(), "version");
        curation.describe(name, version, orEmpty(body.description()));
        return one(registry.version(name, version));
    }

    @DeleteMapping("/delete")
    Map<String, String> delete(@RequestBody VersionBody body) {
        curation.removeVersion(
                ModelName.parse(body.name(), "name"), VersionName.parse(body.version(), "version"), null);
        return Map.of();
    }

    @PostMapping("/set-tag")
    Map<String, String> setTag(@RequestBody TagBody body) {
        curation.putTag(
                ModelName.parse(body.name(), "name"),
                VersionName.parse(body.version(), "version"),
                required(body.key(), "key"),
                orEmpty(body.value()));
        return Map.of();
    }

    @DeleteMapping("/delete-tag")
    Map<String, String> deleteTag(@RequestBody TagBody body) {
        curation.removeTag(
                ModelName.parse(body.name(), "name"),
                VersionName.parse(body.version(), "version"),
                required(body.key(), "key"));
        return Map.of();
    }

    /** Into a stage that a second person must approve nobody comes here: MLflow's client proves no name. */
    @PostMapping("/transition-stage")
    One transition(@RequestBody Transition body) {
        Hit hit = found(body.name(), body.version());
        Stage stage = Stage.parse(body.stage(), "stage");
        if (stages.needsApproval(stage)) {
            throw new ProblemException(
                    Problem.at(
                            ProblemCode.INSUFFICIENT_SCOPE,
                            "stage",
                            "A second person must approve this stage: ask by POST /api/models/{model}/versions/{version}/stage."));
        }
        if (body.archiveExistingVersions()) {
            throw new ProblemException(Problem.at(
                    ProblemCode.UNSUPPORTED_PARAMETER,
                    "archive_existing_versions",
                    "Versions are archived one by one, so that each is told."));
        }
        if (stages.of(hit.model().name()).getOrDefault(hit.version().name(), Stage.NONE) != stage) {
            stages.ask(hit.model().name(), hit.version().name(), stage, Stages.MLFLOW, "");
        }
        return one(hit);
    }

    private One one(Hit hit) {
        return new One(views.version(hit));
    }

    private Hit found(@Nullable String name, @Nullable String version) {
        return registry.version(ModelName.parse(name, "name"), VersionName.parse(version, "version"));
    }
}
