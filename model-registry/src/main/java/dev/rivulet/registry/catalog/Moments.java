// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/** Moments that requests ask about. */
public final class Moments {

    private Moments() {}

    /**
     * Reads a moment of RFC 3339, such as {@code 2026-11-20T17:00:00Z}.
     *
     * @param param names it in the failure
     * @throws ProblemException {@code invalid_value} if it is none
     */
    public static Instant parse(String text, String param) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new ProblemException(
                    Problem.at(ProblemCode.INVALID_VALUE, param, "This is a moment such as 2026-11-20T17:00:00Z."));
        }
    }
}
