// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.stages;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far a version has come. */
public enum Stage {
    NONE,
    STAGING,
    PRODUCTION,
    ARCHIVED;

    /** Whether a version in it is on its way to be served. */
    public boolean leadsToServing() {
        return this == STAGING || this == PRODUCTION;
    }

    /** The stage in JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The stage as MLflow writes it, such as {@code Production}. */
    public String title() {
        return name().charAt(0) + wire().substring(1);
    }

    /**
     * Reads what a caller sent, in any case.
     *
     * @throws ProblemException if it is missing or unknown
     */
    public static Stage parse(@Nullable String text, String param) {
        return Arrays.stream(values())
                .filter(stage -> stage.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.at(
                        text == null ? ProblemCode.MISSING_PARAMETER : ProblemCode.INVALID_VALUE,
                        param,
                        "Give one of none, staging, production, archived.")));
    }
}
