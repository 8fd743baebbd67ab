// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.completion;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Which version of its model a request wants, from a header that the gateway sets and never passes on from a caller; and, in an
 * answer, which version answered.
 */
public final class WantedVersion {

    /** The header, of requests and of answers. */
    public static final String HEADER = "x-rivulet-model-version";

    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private WantedVersion() {}

    /**
     * Reads the header.
     *
     * @return the version; null for that which serves those who name none
     * @throws ProblemException if it is no name of a version
     */
    public static @Nullable String of(HttpHeaders headers) {
        String given = headers.getFirst(HEADER);
        if (given != null && !VERSION.matcher(given).matches()) {
            throw new ProblemException(
                    Problem.at(ProblemCode.INVALID_VALUE, HEADER, "'" + HEADER + "' must be the name of a version."));
        }
        return given;
    }

    /** That a model, or a version of it, is not here. */
    public static Problem unknown(String model, @Nullable String version) {
        return version == null
                ? Problem.at(
                        ProblemCode.MODEL_NOT_FOUND,
                        "model",
                        "There is no model '" + model + "' here; GET /v1/models lists what there is.")
                : Problem.at(
                        ProblemCode.MODEL_NOT_FOUND,
                        HEADER,
                        "Version '" + version + "' of model '" + model + "' is not here.");
    }
}
