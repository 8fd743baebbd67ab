// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The forms of names, and how a wrong one is told to the caller. */
final class Names {

    static final Pattern MODEL = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private Names() {}

    /** Returns the text if it has the form; tells what is wrong with the parameter otherwise. */
    static String checked(@Nullable String text, Pattern form, String param) {
        if (text == null) {
            throw new ProblemException(Problem.at(ProblemCode.MISSING_PARAMETER, param, "Give " + param + "."));
        }
        if (!form.matcher(text).matches() || text.contains("..")) {
            throw new ProblemException(Problem.at(
                    ProblemCode.INVALID_VALUE,
                    param,
                    "This must have 1 to 63 characters of the form " + form.pattern() + " without two dots in a row."));
        }
        return text;
    }
}
