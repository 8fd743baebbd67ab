// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.Catalog;
import dev.rivulet.registry.catalog.CatalogSearch.Hit;
import dev.rivulet.registry.catalog.Curation;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.ModelVersion;
import dev.rivulet.registry.catalog.Task;
import dev.rivulet.registry.catalog.VersionName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** What MLflow's calls mean in the catalogue; each is one transaction. */
@Component
public class MlflowRegistry {

    private static final String TASK = "task";

    private final Catalog catalog;
    private final Curation curation;
    private final MlflowUploads uploads;
    private final TransactionOperations transactions;

    MlflowRegistry(Catalog catalog, Curation curation, MlflowUploads uploads, TransactionOperations transactions) {
        this.catalog = catalog;
        this.curation = curation;
        this.uploads = uploads;
        this.transactions = transactions;
    }

    /**
     * Adds a model. Its task is what the tag {@code task} says, {@code other} without one.
     *
     * @throws ProblemException {@code already_exists} even if the model that is there equals this one
     */
    public Model create(ModelName name, String description, Map<String, String> tags) {
        Task task = tags.containsKey(TASK) ? Task.parse(tags.get(TASK), "tags") : Task.OTHER;
        return inTransaction(() -> {
            if (!catalog.create(name, task, "").changed()) {
                throw problem(ProblemCode.ALREADY_EXISTS, "name", "There is a model " + name + ".");
            }
            curation.describe(name, description, null, null);
            tags.forEach((key, value) -> curation.putTag(name, key, value));
            return catalog.get(name);
        });
    }

    /**
     * Registers the files of a source as the next version.
     *
     * @param run what MLflow says of the run that made it, as tags that never change
     * @param tags that may be changed
     * @throws ProblemException naming what is wrong; a folder without files is {@code invalid_value} at {@code source}
     */
    public Hit register(
            ModelName name, Source source, Map<String, String> run, Map<String, String> tags, String description) {
        return inTransaction(() -> {
            catalog.get(name);
            ModelVersion version = catalog.registerNext(name, files(source), run);
            tags.forEach((key, value) -> curation.putTag(name, version.name(), key, value));
            curation.describe(name, version.name(), description);
            if (source instanceof Source.Upload upload) {
                uploads.taken(upload.folder());
            }
            return version(name, version.name());
        });
    }

    /**
     * A version with its model.
     *
     * @throws ProblemException {@code model_not_found}, or {@code not_found} at {@code version}
     */
    public Hit version(ModelName name, VersionName version) {
        Model model = catalog.get(name);
        return new Hit(model, known(model, version));
    }

    /** Gives a model another name: the old one is removed and the new one has all that it had, under its own revisions. */
    public Model rename(ModelName name, ModelName wanted) {
        return inTransaction(() -> {
            Model old = catalog.get(name);
            if (!old.aliases().isEmpty()) {
                throw problem(
                        ProblemCode.CONFLICT,
                        "name",
                        "The model has aliases, by which it may be served under this name; remove them first.");
            }
            if (!catalog.create(wanted, old.task(), "").changed()) {
                throw problem(ProblemCode.ALREADY_EXISTS, "new_name", "There is a model " + wanted + ".");
            }
            curation.describe(wanted, old.description(), old.details().license(), null);
            curation.putCard(wanted, curation.card(name), null);
            old.details().tags().forEach((key, value) -> curation.putTag(wanted, key, value));
            for (ModelVersion version : old.versions()) {
                catalog.register(wanted, version.asNew(), null);
                version.labels().forEach((key, value) -> curation.putTag(wanted, version.name(), key, value));
                curation.describe(wanted, version.name(), version.description());
            }
            curation.removeModel(name, null);
            return catalog.get(wanted);
        });
    }

    private List<ModelFile> files(Source source) {
        List<ModelFile> files = switch (source) {
            case Source.Upload upload -> uploads.files(upload.folder());
            case Source.OfVersion of ->
                known(catalog.get(of.model()), of.version()).files();
            case Source.OfAlias of -> {
                Model model = catalog.get(of.model());
                VersionName version = model.aliases().get(of.alias());
                yield version == null ? List.of() : known(model, version).files();
            }
        };
        if (files.isEmpty()) {
            throw problem(ProblemCode.INVALID_VALUE, "source", "There is nothing at this source; upload files first.");
        }
        return files;
    }

    private <T> T inTransaction(Supplier<T> step) {
        return Objects.requireNonNull(transactions.execute(_ -> step.get()));
    }

    private static ModelVersion known(Model model, VersionName version) {
        return model.version(version)
                .orElseThrow(() ->
                        problem(ProblemCode.NOT_FOUND, "version", model.name() + " has no version " + version + "."));
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
