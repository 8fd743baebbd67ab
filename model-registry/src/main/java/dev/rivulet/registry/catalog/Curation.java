// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.settings.LiveSettings;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Changes what people say about models and versions, and removes them. Each change counts the model's revision up and is told as
 * one event, as the changes of {@link Catalog} are.
 */
@Component
public class Curation {

    private final Catalog catalog;
    private final CatalogStore models;
    private final CurationStore store;
    private final List<VersionUse> uses;
    private final LiveSettings<CatalogSettings> settings;
    private final Clock clock;

    Curation(
            Catalog catalog,
            CatalogStore models,
            CurationStore store,
            List<VersionUse> uses,
            LiveSettings<CatalogSettings> settings,
            Clock clock) {
        this.catalog = catalog;
        this.models = models;
        this.store = store;
        this.uses = List.copyOf(uses);
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Replaces description and licence; what is null stays.
     *
     * @throws ProblemException naming what is wrong
     */
    public Change describe(
            ModelName name, @Nullable String description, @Nullable String license, @Nullable Long expected) {
        return catalog.change(name, expected, model -> {
            String text = description == null ? model.description() : description;
            String terms = license == null ? model.details().license() : license;
            Tags.checkDescription(text);
            Tags.checkLicense(terms);
            if (text.equals(model.description()) && terms.equals(model.details().license())) {
                return false;
            }
            store.describe(name, text, terms);
            return true;
        });
    }

    /**
     * Replaces the description of a version.
     *
     * @throws ProblemException {@code not_found} at {@code version}, or if the text is too long
     */
    public Change describe(ModelName name, VersionName version, String description) {
        Tags.checkDescription(description);
        return catalog.change(name, null, model -> {
            if (known(model, version).description().equals(description)) {
                return false;
            }
            store.describe(name, version, description);
            return true;
        });
    }

    /** The model card in Markdown; empty if there is none. */
    public String card(ModelName name) {
        return catalog.inTransaction(() -> {
            Model model = models.find(name).orElseThrow(() -> Catalog.unknown(name));
            return store.card(model.name());
        });
    }

    /** Replaces the model card; an empty one removes it. */
    public Change putCard(ModelName name, String card, @Nullable Long expected) {
        Tags.checkCard(card);
        return catalog.change(name, expected, model -> {
            if (store.card(name).equals(card)) {
                return false;
            }
            store.putCard(name, card);
            return true;
        });
    }

    /** Sets a tag of a model. */
    public Change putTag(ModelName name, String key, String value) {
        Tags.check(key, value);
        return catalog.change(name, null, model -> {
            var tags = model.details().tags();
            if (value.equals(tags.get(key))) {
                return false;
            }
            checkRoom(tags.containsKey(key), tags.size());
            store.putTag(name, key, value);
            return true;
        });
    }

    /** Removes a tag of a model. */
    public Change removeTag(ModelName name, String key) {
        return catalog.change(name, null, model -> {
            if (!model.details().tags().containsKey(key)) {
                throw missing("tag", "The model has no such tag.");
            }
            store.removeTag(name, key);
            return true;
        });
    }

    /**
     * Sets a tag of a version.
     *
     * @throws ProblemException {@code conflict} for a tag the version was registered with, which never changes
     */
    public Change putTag(ModelName name, VersionName version, String key, String value) {
        Tags.check(key, value);
        return catalog.change(name, null, model -> {
            ModelVersion found = known(model, version);
            var tags = found.allTags();
            if (value.equals(tags.get(key))) {
                return false;
            }
            checkChangeable(found, key);
            checkRoom(tags.containsKey(key), tags.size());
            store.putLabel(name, version, key, value);
            return true;
        });
    }

    /** Removes a tag that a version was given after it was registered. */
    public Change removeTag(ModelName name, VersionName version, String key) {
        return catalog.change(name, null, model -> {
            ModelVersion found = known(model, version);
            checkChangeable(found, key);
            if (!found.labels().containsKey(key)) {
                throw missing("tag", "The version has no such tag.");
            }
            store.removeLabel(name, version, key);
            return true;
        });
    }

    /**
     * Removes a version.
     *
     * @throws ProblemException {@code conflict} while an alias points to it or something else needs it
     */
    public Change removeVersion(ModelName name, VersionName version, @Nullable Long expected) {
        return catalog.change(name, expected, model -> {
            known(model, version);
            if (model.aliases().containsValue(version)) {
                throw conflict("version", "An alias points to this version; move or remove the alias first.");
            }
            checkUnused(name, version);
            store.removeVersion(name, version);
            return true;
        });
    }

    /**
     * Removes a model with its versions. The event of its removal has neither versions nor aliases.
     *
     * @throws ProblemException {@code conflict} while it has an alias or something needs one of its versions
     */
    public void removeModel(ModelName name, @Nullable Long expected) {
        catalog.inTransaction(() -> {
            Model model = models.lock(name).orElseThrow(() -> Catalog.unknown(name));
            Catalog.checkRevision(model, expected);
            if (!model.aliases().isEmpty()) {
                throw conflict("model", "The model has aliases, by which it may be served; remove them first.");
            }
            model.versions().forEach(each -> checkUnused(name, each.name()));
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            Model last = models.bump(name, now);
            Model empty = new Model(
                    name,
                    last.task(),
                    last.description(),
                    last.revision(),
                    last.createdAt(),
                    last.changedAt(),
                    List.of(),
                    new TreeMap<>(),
                    last.details());
            catalog.tell(empty);
            store.removeModel(empty);
            return empty;
        });
    }

    private void checkUnused(ModelName name, VersionName version) {
        uses.stream()
                .flatMap(each -> each.of(name, version).stream())
                .findFirst()
                .ifPresent(what -> {
                    throw conflict("version", "Version " + version + " is needed by " + what + ".");
                });
    }

    private void checkRoom(boolean replaces, int tags) {
        if (!replaces && tags >= settings.get().maxTags()) {
            throw conflict("tags", "There are at most " + settings.get().maxTags() + " tags.");
        }
    }

    private static void checkChangeable(ModelVersion version, String key) {
        if (version.tags().containsKey(key)) {
            throw conflict("tag", "The version was registered with this tag, which therefore never changes.");
        }
    }

    private static ModelVersion known(Model model, VersionName version) {
        return model.version(version)
                .orElseThrow(() -> missing("version", model.name() + " has no version " + version + "."));
    }

    private static ProblemException missing(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.NOT_FOUND, param, message));
    }

    private static ProblemException conflict(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.CONFLICT, param, message));
    }
}
