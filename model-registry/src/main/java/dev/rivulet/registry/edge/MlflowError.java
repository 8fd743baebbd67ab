// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.edge;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.util.regex.Pattern;

/**
 * A problem as MLflow's clients read it. A status that they take for passing, 429 or 5xx, they send again for minutes; only what is
 * not the caller's fault has one.
 *
 * @param errorCode one of MLflow's names
 * @param message what, where and how to mend it
 * @param status HTTP status
 */
record MlflowError(String errorCode, String message, int status) {

    private static final Pattern PATHS = Pattern.compile("/(ajax-)?api/[23]\\.0/mlflow.*");

    /** The body. */
    record Body(@JsonProperty("error_code") String errorCode, String message) {}

    /** Whether clients of MLflow call this path. */
    static boolean isFor(String path) {
        return PATHS.matcher(path).matches();
    }

    static MlflowError of(Problem problem) {
        String message = problem.param() == null ? problem.message() : problem.param() + ": " + problem.message();
        int status = problem.code().status();
        return switch (problem.code()) {
            case MODEL_NOT_FOUND -> new MlflowError("RESOURCE_DOES_NOT_EXIST", message, status);
            case NOT_FOUND ->
                new MlflowError(
                        problem.param() == null ? "ENDPOINT_NOT_FOUND" : "RESOURCE_DOES_NOT_EXIST", message, status);
            case METHOD_NOT_ALLOWED -> new MlflowError("ENDPOINT_NOT_FOUND", message, 404);
            case ALREADY_EXISTS -> new MlflowError("RESOURCE_ALREADY_EXISTS", message, 400);
            case CONFLICT -> new MlflowError("RESOURCE_CONFLICT", message, status);
            case INVALID_TOKEN, INVALID_API_KEY -> new MlflowError("UNAUTHENTICATED", message, status);
            case INSUFFICIENT_SCOPE, FORBIDDEN_ORIGIN -> new MlflowError("PERMISSION_DENIED", message, status);
            case RATE_LIMIT_EXCEEDED, QUEUE_FULL -> new MlflowError("REQUEST_LIMIT_EXCEEDED", message, status);
            default -> byStatus(problem.code(), message);
        };
    }

    private static MlflowError byStatus(ProblemCode code, String message) {
        int status = code.status();
        if (status == 503) {
            return new MlflowError("TEMPORARILY_UNAVAILABLE", message, status);
        }
        return new MlflowError(status < 500 ? "INVALID_PARAMETER_VALUE" : "INTERNAL_ERROR", message, status);
    }

    Body body() {
        return new Body(errorCode, message);
    }
}
