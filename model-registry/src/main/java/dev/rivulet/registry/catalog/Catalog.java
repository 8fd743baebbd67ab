// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.events.EventType;
import dev.rivulet.events.model.v1.ModelVersionChanged;
import dev.rivulet.outbox.Outbox;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.settings.LiveSettings;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Changes the catalogue, one model at a time. Every change counts the revision of its model up and writes one event into the
 * outbox, in one transaction. Repeating a request that is fulfilled changes nothing and is no error.
 */
@Component
public class Catalog {

    private final CatalogStore store;
    private final Outbox outbox;
    private final VersionCheck check;
    private final TransactionOperations transactions;
    private final LiveSettings<CatalogSettings> settings;
    private final Clock clock;

    Catalog(
            CatalogStore store,
            Outbox outbox,
            VersionCheck check,
            TransactionOperations transactions,
            LiveSettings<CatalogSettings> settings,
            Clock clock) {
        this.store = store;
        this.outbox = outbox;
        this.check = check;
        this.transactions = transactions;
        this.settings = settings;
        this.clock = clock;
    }

    /** At most {@code limit} models in the order of their names, after the given one. */
    public List<Model> list(@Nullable ModelName after, int limit) {
        return inTransaction(() -> store.list(after, limit));
    }

    /** The model as it stands, if there is one. */
    public Optional<Model> find(ModelName name) {
        return inTransaction(() -> store.find(name));
    }

    /**
     * The model as it stands.
     *
     * @throws ProblemException {@code model_not_found}
     */
    public Model get(ModelName name) {
        return inTransaction(() -> store.find(name)).orElseThrow(() -> unknown(name));
    }

    /**
     * The model as it stands, and nobody changes it until the transaction of the caller ends.
     *
     * @throws ProblemException {@code model_not_found}
     */
    public Model hold(ModelName name) {
        return inTransaction(() -> store.lock(name)).orElseThrow(() -> unknown(name));
    }

    /**
     * Adds a model without versions.
     *
     * @throws ProblemException {@code already_exists} if a model of that name differs
     */
    public Change create(ModelName name, Task task, String description) {
        return inTransaction(() -> {
            if (store.count() >= settings.get().maxModels() && store.find(name).isEmpty()) {
                throw problem(
                        ProblemCode.CONFLICT,
                        "name",
                        "The registry holds " + settings.get().maxModels() + " models, its limit.");
            }
            boolean added = store.insert(name, task, description, now());
            Model model = store.lock(name).orElseThrow(() -> unknown(name));
            if (added) {
                tell(model);
            } else if (model.task() != task || !model.description().equals(description)) {
                throw problem(
                        ProblemCode.ALREADY_EXISTS,
                        "name",
                        "There is a model " + name + " with another task or description.");
            }
            return new Change(model, added);
        });
    }

    /**
     * Registers a version.
     *
     * @param expected the revision the caller saw, or null if any will do
     * @throws ProblemException naming the field that is wrong, {@code already_exists} if the version has other files
     */
    public Change register(ModelName name, NewVersion wanted, @Nullable Long expected) {
        ModelVersion version =
                new ModelVersion(wanted.name(), check.checked(name, wanted), wanted.tags(), now(), Map.of(), "");
        return change(name, expected, model -> {
            ModelVersion existing = model.version(version.name()).orElse(null);
            if (existing == null) {
                check.hold(version.files());
                store.addVersion(name, version);
                return true;
            }
            if (!existing.sameContent(version)) {
                throw problem(
                        ProblemCode.ALREADY_EXISTS,
                        "version",
                        "Version " + version.name() + " of " + name
                                + " has other files or tags; a registered version never changes. Register a new one.");
            }
            return false;
        });
    }

    /**
     * Registers a version under the next whole number: one more than the largest that is the name of a version.
     *
     * @throws ProblemException naming the field that is wrong
     */
    public ModelVersion registerNext(ModelName name, List<ModelFile> files, Map<String, String> tags) {
        return inTransaction(() -> {
            Model model = store.lock(name).orElseThrow(() -> unknown(name));
            VersionName next = model.nextNumber();
            // Only now: a signature vouches for the name too.
            List<ModelFile> checked = check.checked(name, new NewVersion(next, files, tags));
            ModelVersion version = new ModelVersion(next, checked, tags, now(), Map.of(), "");
            change(name, null, _ -> {
                check.hold(version.files());
                store.addVersion(name, version);
                return true;
            });
            return version;
        });
    }

    /**
     * Points an alias to a version.
     *
     * @param expected the revision the caller saw, or null if any will do
     * @throws ProblemException if model or version are not there, there are too many aliases, or the version has no signature where
     *     one is required
     */
    public Change putAlias(ModelName name, AliasName alias, VersionName version, @Nullable Long expected) {
        return change(name, expected, model -> {
            ModelVersion wanted = model.version(version)
                    .orElseThrow(
                            () -> problem(ProblemCode.NOT_FOUND, "version", name + " has no version " + version + "."));
            if (version.equals(model.aliases().get(alias))) {
                return false;
            }
            if (!model.aliases().containsKey(alias)
                    && model.aliases().size() >= settings.get().maxAliases()) {
                throw problem(
                        ProblemCode.CONFLICT,
                        "alias",
                        "A model has at most " + settings.get().maxAliases() + " aliases.");
            }
            check.checkServable(name, wanted, "version");
            store.putAlias(name, alias, version);
            return true;
        });
    }

    /**
     * Removes an alias.
     *
     * @param expected the revision the caller saw, or null if any will do
     * @throws ProblemException if model or alias are not there
     */
    public Change removeAlias(ModelName name, AliasName alias, @Nullable Long expected) {
        return change(name, expected, model -> {
            if (!model.aliases().containsKey(alias)) {
                throw problem(ProblemCode.NOT_FOUND, "alias", name + " has no alias " + alias + ".");
            }
            store.removeAlias(name, alias);
            return true;
        });
    }

    /**
     * Checks that a version may come nearer to being served.
     *
     * @param param the field of the request that names it
     * @throws ProblemException {@code invalid_value} if signatures are required and nobody who is trusted signed it
     */
    public void checkServable(ModelName model, ModelVersion version, String param) {
        check.checkServable(model, version, param);
    }

    /** Changes a model under its lock, counts the change and tells of it, unless the step says that nothing changed. */
    Change change(ModelName name, @Nullable Long expected, Function<Model, Boolean> step) {
        return inTransaction(() -> {
            Model before = store.lock(name).orElseThrow(() -> unknown(name));
            checkRevision(before, expected);
            if (!step.apply(before)) {
                return new Change(before, false);
            }
            Model after = store.bump(name, now());
            tell(after);
            return new Change(after, true);
        });
    }

    /** Refuses a change of a caller who saw another revision. */
    static void checkRevision(Model model, @Nullable Long expected) {
        if (expected != null && expected != model.revision()) {
            throw problem(
                    ProblemCode.CONFLICT,
                    "If-Match",
                    model.name() + " is at revision " + model.revision() + ", not " + expected + "; read it again.");
        }
    }

    void tell(Model model) {
        ModelVersionChanged event = ModelEvents.changed(model, settings.get().registryUrl());
        if (event.getSerializedSize() > settings.get().maxEventBytes()) {
            throw problem(
                    ProblemCode.INVALID_VALUE,
                    "files",
                    "With it the record of " + model.name() + " would have " + event.getSerializedSize()
                            + " bytes, more than the " + settings.get().maxEventBytes()
                            + " allowed: use fewer files and tags, or a new model.");
        }
        outbox.append(EventType.MODEL_VERSION_CHANGED, model.name().value(), event);
    }

    <T> T inTransaction(Supplier<T> step) {
        return Objects.requireNonNull(transactions.execute(_ -> step.get()));
    }

    /** Microseconds, as the store keeps them. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    static ProblemException unknown(ModelName name) {
        return problem(ProblemCode.MODEL_NOT_FOUND, "model", "There is no model " + name + ".");
    }

    private static ProblemException problem(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, param, message));
    }
}
