// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.grammar;

import static dev.rivulet.inference.grammar.SchemaCompiler.join;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * The integers of a schema as a regular expression: those within {@code minimum}, {@code maximum} and their exclusive forms, of at
 * most 15 digits as everywhere. Clients name bounds where their callers named none: zod writes those of JavaScript's integers.
 */
final class IntegerRange {

    /** What bounds an integer. */
    static final Set<String> BOUNDS = Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");

    private static final long LARGEST = 999_999_999_999_999L;

    /** To round more of them takes long: a short text can name a billion. */
    private static final int MOST_PLACES = 100;

    private final List<String> alternatives = new ArrayList<>();

    private IntegerRange() {}

    /** @throws GrammarRefusedException if a bound is no number, or nothing lies within */
    static String expression(JsonNode schema, String path) throws GrammarRefusedException {
        if (BOUNDS.stream().noneMatch(schema::has)) {
            return JsonRules.INTEGER;
        }
        long least = -LARGEST;
        long most = LARGEST;
        for (String name : BOUNDS) {
            JsonNode bound = schema.path(name);
            if (bound.isMissingNode()) {
                continue;
            }
            if (!bound.isNumber() || bound.decimalValue().scale() > MOST_PLACES) {
                throw new GrammarRefusedException(
                        join(path, name), "must be a number of at most " + MOST_PLACES + " decimal places");
            }
            switch (name) {
                case "minimum" -> least = Math.max(least, whole(bound, RoundingMode.CEILING, 0));
                case "exclusiveMinimum" -> least = Math.max(least, whole(bound, RoundingMode.FLOOR, 1));
                case "maximum" -> most = Math.min(most, whole(bound, RoundingMode.FLOOR, 0));
                default -> most = Math.min(most, whole(bound, RoundingMode.CEILING, -1));
            }
        }
        if (least > most) {
            throw new GrammarRefusedException(path, "allows no integer of at most 15 digits");
        }
        return new IntegerRange().between(least, most);
    }

    /** A bound as an integer, kept one beyond what may be written, so that it still tells that nothing is within. */
    private static long whole(JsonNode bound, RoundingMode rounding, long more) {
        BigDecimal edge = BigDecimal.valueOf(LARGEST + 1);
        BigDecimal exact = bound.decimalValue();
        if (exact.abs().compareTo(edge) >= 0) {
            return exact.signum() * (LARGEST + 1);
        }
        return exact.setScale(0, rounding).longValueExact() + more;
    }

    private String between(long least, long most) {
        if (least < 0) {
            positive(Math.max(1, -most), -least, digits -> "-" + digits);
        }
        if (least <= 0 && most >= 0) {
            alternatives.add("0");
        }
        if (most > 0) {
            positive(Math.max(1, least), most, digits -> digits);
        }
        return String.join("|", alternatives);
    }

    /** All of one number of digits at once, or those between two that have as many digits. */
    private void positive(long least, long most, UnaryOperator<String> signed) {
        long smallest = 1;
        for (int digits = 1; smallest <= most; digits++, smallest *= 10) {
            long largest = smallest * 10 - 1;
            if (largest >= least) {
                same(Long.toString(Math.max(least, smallest)), Long.toString(Math.min(most, largest)), signed);
            }
        }
    }

    /** Numbers of as many digits as both ends have. */
    private void same(String least, String most, UnaryOperator<String> after) {
        int alike = 0;
        while (alike < least.length() && least.charAt(alike) == most.charAt(alike)) {
            alike++;
        }
        String prefix = least.substring(0, alike);
        if (alike == least.length()) {
            alternatives.add(after.apply(prefix));
            return;
        }
        int rest = least.length() - alike - 1;
        char low = least.charAt(alike);
        char high = most.charAt(alike);
        boolean fromStart = least.substring(alike + 1).equals("0".repeat(rest));
        boolean toEnd = most.substring(alike + 1).equals("9".repeat(rest));
        if (!fromStart) {
            above(prefix + low, least.substring(alike + 1), after);
            low++;
        }
        if (!toEnd) {
            high--;
        }
        any(prefix, low, high, rest, after);
        if (!toEnd) {
            below(prefix + most.charAt(alike), most.substring(alike + 1), after);
        }
    }

    /** Whatever is not below {@code digits} after a prefix. */
    private void above(String prefix, String digits, UnaryOperator<String> after) {
        for (int i = 0; i < digits.length(); i++) {
            any(prefix + digits.substring(0, i), (char) (digits.charAt(i) + 1), '9', digits.length() - i - 1, after);
        }
        alternatives.add(after.apply(prefix + digits));
    }

    /** Whatever is not above {@code digits} after a prefix. */
    private void below(String prefix, String digits, UnaryOperator<String> after) {
        for (int i = 0; i < digits.length(); i++) {
            any(prefix + digits.substring(0, i), '0', (char) (digits.charAt(i) - 1), digits.length() - i - 1, after);
        }
        alternatives.add(after.apply(prefix + digits));
    }

    private void any(String prefix, char low, char high, int rest, UnaryOperator<String> after) {
        if (low <= high) {
            alternatives.add(
                    after.apply(prefix + "[" + low + "-" + high + "]" + (rest == 0 ? "" : "[0-9]{" + rest + "}")));
        }
    }
}
