// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow.http;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import dev.rivulet.registry.mlflow.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Bodies of MLflow's calls. Fields of newer clients that are not here are passed over, as MLflow's own server does. */
final class Messages {

    private Messages() {}

    /** A tag. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Tag(@Nullable String key, @Nullable String value) {}

    /** {@code registered-models/create}, {@code update} and {@code delete}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record ModelBody(
            @Nullable String name,
            @Nullable List<@Nullable Tag> tags,
            @Nullable String description) {}

    /** {@code registered-models/rename}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Rename(@Nullable String name, @Nullable String newName) {}

    /** {@code registered-models/alias}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record AliasBody(
            @Nullable String name,
            @Nullable String alias,
            @Nullable String version) {}

    /** {@code set-tag} and {@code delete-tag} of models, and of versions if there is one. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record TagBody(
            @Nullable String name,
            @Nullable String version,
            @Nullable String key,
            @Nullable String value) {}

    /** {@code registered-models/get-latest-versions}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record LatestVersions(@Nullable String name, @Nullable List<String> stages) {}

    /** {@code model-versions/create}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record NewVersionBody(
            @Nullable String name,
            @Nullable String source,
            @Nullable String runId,
            @Nullable String runLink,
            @Nullable List<@Nullable Tag> tags,
            @Nullable String description) {

        Source checkedSource() {
            return Source.parse(source);
        }
    }

    /** {@code model-versions/update} and {@code delete}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record VersionBody(
            @Nullable String name,
            @Nullable String version,
            @Nullable String description) {}

    /** {@code model-versions/transition-stage}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Transition(
            @Nullable String name,
            @Nullable String version,
            @Nullable String stage,
            boolean archiveExistingVersions) {}

    /** A field that must be there. */
    static String required(@Nullable String value, String param) {
        if (value == null) {
            throw new ProblemException(Problem.at(ProblemCode.MISSING_PARAMETER, param, "Give " + param + "."));
        }
        return value;
    }

    static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** The tags as a map; of a key that comes twice the last counts. */
    static Map<String, String> tags(@Nullable List<@Nullable Tag> given) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (Tag tag : given == null ? List.<@Nullable Tag>of() : given) {
            if (tag == null) {
                throw new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, "tags", "A tag is an object."));
            }
            tags.put(required(tag.key(), "tags"), orEmpty(tag.value()));
        }
        return tags;
    }
}
