// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.problems;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * The body {@code application/problem+json} of RFC 9457 on control APIs.
 *
 * @param type {@code urn:rivulet:problem:<code>}
 * @param title the code in words
 * @param status HTTP status
 * @param detail what, where and how to mend it
 * @param code stable code
 * @param param the field at fault
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ProblemDetails(
        String type,
        String title,
        int status,
        String detail,
        String code,
        @Nullable String param) {

    public static final String MEDIA_TYPE = "application/problem+json";

    public static ProblemDetails of(Problem problem) {
        String code = problem.code().wire();
        return new ProblemDetails(
                "urn:rivulet:problem:" + code,
                code.replace('_', ' '),
                problem.code().status(),
                problem.message(),
                code,
                problem.param());
    }
}
