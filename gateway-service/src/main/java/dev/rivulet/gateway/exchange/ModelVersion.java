// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which version of a model answers: told to a replica by this gateway alone, whatever a caller writes into the header, and told to
 * callers in answers.
 */
public final class ModelVersion {

    /** The header, of requests to replicas and of answers. */
    public static final String HEADER = "x-rivulet-model-version";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private ModelVersion() {}

    /** The version that a replica names; empty if it names none in the form of one. */
    public static Optional<String> of(Answer answer) {
        return valid(answer.header(HEADER));
    }

    /** The name itself, if it is one of a version. */
    public static Optional<String> valid(@Nullable String name) {
        return Optional.ofNullable(name).filter(given -> NAME.matcher(given).matches());
    }
}
