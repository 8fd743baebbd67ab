// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.http;

import dev.rivulet.problems.ProblemCode;
import dev.rivulet.registry.catalog.AliasName;
import dev.rivulet.registry.catalog.Catalog;
import dev.rivulet.registry.catalog.Change;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.Task;
import dev.rivulet.registry.catalog.VersionName;
import dev.rivulet.registry.catalog.http.ModelView.Page;
import dev.rivulet.registry.catalog.http.ModelView.VersionView;
import dev.rivulet.registry.catalog.http.Requests.CreateModel;
import dev.rivulet.registry.catalog.http.Requests.PutAlias;
import dev.rivulet.registry.catalog.http.Requests.RegisterVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /api/models}. The {@code ETag} of a model is its revision; a change with {@code If-Match} is refused if the model went
 * on meanwhile. Creating or registering what is there already, equal, answers 200 instead of 201.
 */
@RestController
@RequestMapping("/api/models")
class ModelController {

    private static final int MAX_PAGE = 1000;

    private final Catalog catalog;

    ModelController(Catalog catalog) {
        this.catalog = catalog;
    }

    @PostMapping
    ResponseEntity<ModelView> create(@RequestBody CreateModel body) {
        Change change = catalog.create(
                ModelName.parse(body.name(), "name"), Task.parse(body.task(), "task"), body.checkedDescription());
        return answer(change, 201);
    }

    @GetMapping
    Page list(@RequestParam @Nullable String after, @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw Requests.problem(ProblemCode.INVALID_VALUE, "limit", "limit is 1 to " + MAX_PAGE + ".");
        }
        List<Model> models = catalog.list(after == null ? null : ModelName.parse(after, "after"), limit + 1);
        boolean more = models.size() > limit;
        List<ModelView> page = models.stream().limit(limit).map(ModelView::of).toList();
        return new Page(page, more ? page.getLast().name() : null);
    }

    @GetMapping("/{model}")
    ResponseEntity<HubModelView> get(@PathVariable String model) {
        Model found = catalog.get(ModelName.parse(model, "model"));
        return ResponseEntity.ok().eTag(Long.toString(found.revision())).body(HubModelView.of(found));
    }

    @PostMapping("/{model}/versions")
    ResponseEntity<VersionView> register(
            @PathVariable String model,
            @RequestBody RegisterVersion body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        var wanted = body.checked();
        Change change = catalog.register(ModelName.parse(model, "model"), wanted, Requests.expectedRevision(ifMatch));
        return ResponseEntity.status(change.changed() ? 201 : 200)
                .eTag(Long.toString(change.model().revision()))
                .body(version(change.model(), wanted.name()));
    }

    @GetMapping("/{model}/versions/{version}")
    VersionView version(@PathVariable String model, @PathVariable String version) {
        return version(catalog.get(ModelName.parse(model, "model")), VersionName.parse(version, "version"));
    }

    @PutMapping("/{model}/aliases/{alias}")
    ResponseEntity<ModelView> putAlias(
            @PathVariable String model,
            @PathVariable String alias,
            @RequestBody PutAlias body,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        Change change = catalog.putAlias(
                ModelName.parse(model, "model"),
                AliasName.parse(alias, "alias"),
                VersionName.parse(body.version(), "version"),
                Requests.expectedRevision(ifMatch));
        return answer(change, 200);
    }

    @DeleteMapping("/{model}/aliases/{alias}")
    ResponseEntity<ModelView> removeAlias(
            @PathVariable String model,
            @PathVariable String alias,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        Change change = catalog.removeAlias(
                ModelName.parse(model, "model"), AliasName.parse(alias, "alias"), Requests.expectedRevision(ifMatch));
        return answer(change, 200);
    }

    private static VersionView version(Model model, VersionName name) {
        return model.version(name)
                .map(version -> VersionView.of(model, version))
                .orElseThrow(() -> Requests.problem(
                        ProblemCode.NOT_FOUND, "version", model.name() + " has no version " + name + "."));
    }

    private static ResponseEntity<ModelView> answer(Change change, int whenChanged) {
        return view(change.model(), change.changed() ? whenChanged : 200);
    }

    private static ResponseEntity<ModelView> view(Model model, int status) {
        return ResponseEntity.status(status)
                .eTag(Long.toString(model.revision()))
                .body(ModelView.of(model));
    }
}
