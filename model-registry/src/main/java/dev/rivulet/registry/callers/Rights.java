// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.callers;

import java.util.List;
import java.util.Set;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/** Which role a request wants. What is not named here and changes something is an operator's. */
public final class Rights {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private static final List<PathPattern> OPERATORS_READ = patterns("/actuator/**", "/api/audit");

    private static final List<PathPattern> APPROVING =
            patterns("/api/stage-requests/{id}/approve", "/api/stage-requests/{id}/refuse");

    /** Reads that clients of MLflow send by POST. */
    private static final List<PathPattern> READ_BY_POST = patterns(
            "/api/2.0/mlflow/registered-models/get-latest-versions",
            "/ajax-api/2.0/mlflow/registered-models/get-latest-versions");

    private static final List<PathPattern> REMOVING =
            patterns("/api/models/{model}", "/api/models/{model}/versions/{version}");

    private static final List<PathPattern> PUBLISHING = patterns(
            "/api/models",
            "/api/models/{model}",
            "/api/models/{model}/card",
            "/api/models/{model}/tags/{tag}",
            "/api/models/{model}/versions",
            "/api/models/{model}/versions/{version}",
            "/api/models/{model}/versions/{version}/tags/{tag}",
            "/api/models/{model}/versions/{version}/lineage",
            "/api/blobs/{sha256}",
            "/api/uploads",
            "/api/uploads/{id}",
            "/{root:api|ajax-api}/2.0/mlflow/registered-models/create",
            "/{root:api|ajax-api}/2.0/mlflow/registered-models/update",
            "/{root:api|ajax-api}/2.0/mlflow/registered-models/set-tag",
            "/{root:api|ajax-api}/2.0/mlflow/registered-models/delete-tag",
            "/{root:api|ajax-api}/2.0/mlflow/model-versions/create",
            "/{root:api|ajax-api}/2.0/mlflow/model-versions/update",
            "/{root:api|ajax-api}/2.0/mlflow/model-versions/set-tag",
            "/{root:api|ajax-api}/2.0/mlflow/model-versions/delete-tag",
            "/{root:api|ajax-api}/2.0/mlflow-artifacts/artifacts/uploads/{folder}/{*file}");

    private static final List<PathPattern> PARTS = patterns("/api/uploads/{id}");

    private Rights() {}

    private static List<PathPattern> patterns(String... patterns) {
        return List.of(patterns).stream()
                .map(PathPatternParser.defaultInstance::parse)
                .toList();
    }

    /** What a request wants of who sends it. */
    public static Role wanted(String method, PathContainer path) {
        if (READING.contains(method)) {
            return matches(OPERATORS_READ, path) ? Role.OPERATOR : Role.READER;
        }
        if (matches(APPROVING, path)) {
            return Role.APPROVER;
        }
        if (method.equals("POST") && matches(READ_BY_POST, path)) {
            return Role.READER;
        }
        if (method.equals("DELETE") && matches(REMOVING, path)) {
            return Role.OPERATOR;
        }
        return matches(PUBLISHING, path) ? Role.PUBLISHER : Role.OPERATOR;
    }

    /** Whether a request changes something that others see; a part of a file does not before a version names the file. */
    public static boolean changes(String method, PathContainer path) {
        return !READING.contains(method)
                && !matches(READ_BY_POST, path)
                && !(method.equals("PATCH") && matches(PARTS, path));
    }

    private static boolean matches(List<PathPattern> patterns, PathContainer path) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(path));
    }
}
