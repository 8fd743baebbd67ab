// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.hub;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.catalog.Catalog;
import dev.rivulet.registry.catalog.Model;
import dev.rivulet.registry.catalog.ModelFile;
import dev.rivulet.registry.catalog.ModelName;
import dev.rivulet.registry.catalog.ModelVersion;
import dev.rivulet.registry.catalog.Revisions;
import org.springframework.stereotype.Component;

/** The models as repositories. */
@Component
class Repositories {

    private final Catalog catalog;

    Repositories(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * One version of one model.
     *
     * @param commit what tells it from all others
     */
    record Snapshot(Model model, ModelVersion version, String commit) {

        /**
         * The file at a path.
         *
         * @throws ProblemException {@code not_found} at {@code file}
         */
        ModelFile file(String path) {
            return version.files().stream()
                    .filter(file -> file.path().equals(path))
                    .findFirst()
                    .orElseThrow(() -> missing("file", "Version " + version.name() + " has no such file."));
        }
    }

    /**
     * The version that a revision means.
     *
     * @throws ProblemException {@code model_not_found}, or {@code not_found} at {@code revision}
     */
    Snapshot at(String name, String revision) {
        Model model = catalog.get(ModelName.parse(name, "model"));
        return Revisions.find(model, revision)
                .map(version -> new Snapshot(model, version, version.commit(model.name())))
                .orElseThrow(() -> missing(
                        "revision",
                        model.name() + " has no such revision: give a version, an alias, a commit or "
                                + Revisions.DEFAULT + "."));
    }

    static ProblemException missing(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.NOT_FOUND, param, message));
    }
}
