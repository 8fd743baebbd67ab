// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.responses;

import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;

/** What is told of requests that can't be taken as they are; each names the field. */
final class Refusal {

    private Refusal() {}

    static ProblemException invalid(String param, String rule) {
        return of(ProblemCode.INVALID_VALUE, param, "'" + param + "' " + rule);
    }

    static ProblemException missing(String param) {
        return of(ProblemCode.MISSING_PARAMETER, param, "'" + param + "' is missing.");
    }

    static ProblemException unsupported(String param, String message) {
        return of(ProblemCode.UNSUPPORTED_PARAMETER, param, message);
    }

    static ProblemException notFound(String param, String id) {
        return of(
                ProblemCode.NOT_FOUND,
                param,
                "There is no response '" + Shown.text(id) + "', or it is kept no longer.");
    }

    private static ProblemException of(ProblemCode code, String param, String message) {
        return new ProblemException(Problem.at(code, Shown.text(param), message));
    }
}
