// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.config.publication;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.settings.catalogue.LiveSettingsCatalogue;
import java.util.Map;

/** The newest revisions, for who compares with them. */
public final class Revisions {

    private final LiveSettingsCatalogue catalogue;
    private final PublishedStore store;

    Revisions(LiveSettingsCatalogue catalogue, PublishedStore store) {
        this.catalogue = catalogue;
        this.store = store;
    }

    /** By profile; without those that nothing was published for. */
    public Map<String, Long> newest(String application) {
        return store.heads(application);
    }

    /** @throws ProblemException if there is no such application */
    public void requireKnown(String application) {
        if (!catalogue.applications().contains(application)) {
            throw new ProblemException(Problem.at(
                    ProblemCode.NOT_FOUND,
                    "application",
                    "No such application; known are " + catalogue.applications()
                            + ", where 'application' stands for all of them."));
        }
    }
}
