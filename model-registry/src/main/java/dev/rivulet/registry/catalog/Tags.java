// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.regex.Pattern;

/** What a tag, a licence, a description and a card may be. */
final class Tags {

    private static final int MAX_KEY = 128;
    private static final int MAX_VALUE = 1024;
    private static final int MAX_DESCRIPTION = 4096;
    private static final int MAX_CARD = 65_536;
    private static final Pattern LICENSE = Pattern.compile("[A-Za-z0-9(][A-Za-z0-9 .+()_-]{0,127}|");

    private Tags() {}

    /** Refuses a tag that is not one, at the parameter {@code tags}. */
    static void check(String key, String value) {
        if (key.isBlank() || key.length() > MAX_KEY || value.length() > MAX_VALUE || hasNul(key) || hasNul(value)) {
            throw wrong(
                    "tags",
                    "A tag has a name of 1 to " + MAX_KEY + " and a value of at most " + MAX_VALUE
                            + " characters, none of them NUL.");
        }
    }

    static void checkDescription(String text) {
        if (text.length() > MAX_DESCRIPTION || hasNul(text)) {
            throw wrong(
                    "description", "A description has at most " + MAX_DESCRIPTION + " characters, none of them NUL.");
        }
    }

    static void checkLicense(String text) {
        if (!LICENSE.matcher(text).matches()) {
            throw wrong(
                    "license", "Give an SPDX identifier or expression, such as Apache-2.0, of at most 128 characters.");
        }
    }

    static void checkCard(String text) {
        if (text.length() > MAX_CARD || hasNul(text)) {
            throw wrong("card", "A model card has at most " + MAX_CARD + " characters, none of them NUL.");
        }
    }

    private static boolean hasNul(String text) {
        return text.indexOf(0) >= 0;
    }

    private static ProblemException wrong(String param, String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, param, message));
    }
}
