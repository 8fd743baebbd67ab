// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.lineage;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What something was to the version that was made from it. */
public enum EdgeKind {
    /** The version it was trained on from, {@code model/version} of this registry. */
    PARENT,
    /** The model that an adapter changes; a name, or {@code model/version} of this registry. Known from the tag {@code base} too. */
    ADAPTER_BASE,
    /** The files with its weights, by their SHA-256. Known from the version's files. */
    WEIGHTS,
    /** What it was quantised to, with the figures of its quality. Known from the tags of the import. */
    QUANTISATION,
    /** Where it was brought in from. Known from the tag {@code source}. */
    ORIGIN,
    /** A statement about its data, such as the address of a data sheet. */
    DATA_STATEMENT,
    /** The round of federated learning that ended in it. */
    FEDERATION_ROUND;

    /** The kind in JSON. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether people say it; the others are read from the version itself. */
    boolean isStated() {
        return this == PARENT || this == ADAPTER_BASE || this == DATA_STATEMENT || this == FEDERATION_ROUND;
    }

    /**
     * Reads what a caller sent.
     *
     * @throws ProblemException if it is missing, unknown or nothing that people say
     */
    public static EdgeKind parse(@Nullable String text, String param) {
        return Arrays.stream(values())
                .filter(kind -> kind.isStated() && kind.wire().equals(text))
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.at(
                        text == null ? ProblemCode.MISSING_PARAMETER : ProblemCode.INVALID_VALUE,
                        param,
                        "Give one of parent, adapter_base, data_statement, federation_round; what the version itself tells is"
                                + " added by the registry.")));
    }
}
