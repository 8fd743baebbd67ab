// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Something to look for in a text: an expression of RE2 syntax, which takes linear time whatever the text is, and a check of
 * what it finds.
 *
 * @param whole the expression
 * @param begun finds where a match may have begun that needs more text; null if that is not known, whereupon every place may be
 *     one
 * @param longest most UTF-16 units of a match, 1 to {@value #LONGEST}; what is longer is none
 * @param check how much of a match counts, from its beginning; 0 if it is none
 * @param replacement what stands in its place where it is redacted
 */
record Detector(Pattern whole, @Nullable Pattern begun, int longest, ToIntFunction<String> check, String replacement) {

    static final int LONGEST = 4_096;

    private static final int LONGEST_EXPRESSION = 2_000;

    Detector {
        if (longest < 1 || longest > LONGEST) {
            throw new IllegalArgumentException("a match has 1 to " + LONGEST + " characters");
        }
    }

    /** @throws IllegalArgumentException if the expression is none of RE2's, too long, or finds the empty text */
    static Detector of(String expression, int longest, String replacement, ToIntFunction<String> check) {
        if (expression.isEmpty() || expression.length() > LONGEST_EXPRESSION) {
            throw new IllegalArgumentException("an expression has 1 to " + LONGEST_EXPRESSION + " characters");
        }
        Pattern whole = compiled(expression);
        if (whole.matcher("").matches()) {
            throw new IllegalArgumentException("an expression must not find the empty text");
        }
        return new Detector(whole, begun(expression), longest, check, replacement);
    }

    private static Pattern compiled(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("no expression of RE2 syntax: " + e.getDescription(), e);
        }
    }

    private static @Nullable Pattern begun(String expression) {
        String prefixes = Prefixes.of(expression);
        if (prefixes == null) {
            return null;
        }
        try {
            return Pattern.compile("(?:" + prefixes + ")\\z");
        } catch (PatternSyntaxException tooLarge) {
            return null;
        }
    }
}
