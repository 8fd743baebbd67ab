// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.edge;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.util.Optional;

/** What clients of Hugging Face's hub read from a refusal: not its body, but a header that names what is missing. */
final class HubErrorCodes {

    static final String HEADER = "X-Error-Code";

    private HubErrorCodes() {}

    static Optional<String> of(Problem problem) {
        if (problem.code() == ProblemCode.MODEL_NOT_FOUND) {
            return Optional.of("RepoNotFound");
        }
        if (problem.code() != ProblemCode.NOT_FOUND || problem.param() == null) {
            return Optional.empty();
        }
        return switch (problem.param()) {
            case "revision" -> Optional.of("RevisionNotFound");
            case "file" -> Optional.of("EntryNotFound");
            default -> Optional.empty();
        };
    }
}
