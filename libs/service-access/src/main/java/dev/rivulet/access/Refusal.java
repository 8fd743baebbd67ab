// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.access;

import dev.rivulet.problems.OpenAiError;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemDetails;
import java.util.function.BiConsumer;
import tools.jackson.databind.json.JsonMapper;

/** The answer to a request that may not pass, as the API behind the path would tell it. */
record Refusal(int status, String contentType, boolean challenge, byte[] body) {

    private static final JsonMapper JSON = JsonMapper.shared();

    static Refusal of(Problem problem, String path) {
        boolean openAi = path.startsWith("/v1/");
        Object body = openAi ? OpenAiError.of(problem) : ProblemDetails.of(problem);
        return new Refusal(
                problem.code().status(),
                openAi ? "application/json" : ProblemDetails.MEDIA_TYPE,
                problem.code() == ProblemCode.INVALID_TOKEN,
                JSON.writeValueAsBytes(body));
    }

    void headers(BiConsumer<String, String> set) {
        set.accept("Content-Type", contentType);
        set.accept("Content-Length", Integer.toString(body.length));
        set.accept("Cache-Control", "no-store");
        if (challenge) {
            set.accept("WWW-Authenticate", "Bearer realm=\"rivulet\"");
        }
    }
}
