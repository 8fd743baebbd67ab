// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.problems;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** The body {@code {"error":{"message","type","param","code"}}} of OpenAI's API; all four keys are always present. */
public record OpenAiError(Detail error) {

    /** The error object. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Detail(
            String message,
            String type,
            @Nullable String param,
            @Nullable String code) {}

    public static OpenAiError of(Problem problem) {
        return new OpenAiError(new Detail(
                problem.message(),
                type(problem.code()),
                problem.param(),
                problem.code().wire()));
    }

    private static String type(ProblemCode code) {
        return switch (code) {
            case INVALID_API_KEY, INVALID_TOKEN -> "authentication_error";
            case INSUFFICIENT_SCOPE, FORBIDDEN_ORIGIN -> "permission_error";
            case MODEL_NOT_FOUND, NOT_FOUND -> "not_found_error";
            default -> code.category().openAiType();
        };
    }
}
