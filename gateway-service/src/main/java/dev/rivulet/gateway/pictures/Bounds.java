// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.pictures;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;

/** What numbers and texts of a picture may be; each refusal names its field. */
final class Bounds {

    static final double FAR = 1e6;
    static final double WIDE = 1000;
    private static final int LONGEST = 80;

    private Bounds() {}

    static void number(String field, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw wrong(field, "This is a number of " + Figures.text(low) + " to " + Figures.text(high) + ".");
        }
    }

    static void count(String field, int count, int low, int high) {
        if (count < low || count > high) {
            throw wrong(field, "There are " + low + " to " + high + " of these, not " + count + ".");
        }
    }

    /** Also refuses what no XML document may hold: control characters and halves of pairs. */
    static void text(String field, String text) {
        if (text.isBlank() || text.codePointCount(0, text.length()) > LONGEST) {
            throw wrong(field, "This is a text of 1 to " + LONGEST + " characters.");
        }
        if (!text.codePoints().allMatch(Bounds::printable)) {
            throw wrong(field, "This text may hold no control characters and no halves of characters.");
        }
    }

    private static boolean printable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED, Character.LINE_SEPARATOR -> false;
            case Character.PARAGRAPH_SEPARATOR -> false;
            default -> character < 0xFFFE || character > 0xFFFF;
        };
    }

    static ProblemException wrong(String field, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, field, message));
    }
}
