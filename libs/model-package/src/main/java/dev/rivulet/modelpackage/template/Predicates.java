// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import java.util.Set;

/** The tests of Jinja: {@code x is defined} and its like. */
final class Predicates {

    static final Set<String> NAMES = Set.of(
            "defined",
            "undefined",
            "none",
            "string",
            "mapping",
            "sequence",
            "iterable",
            "number",
            "integer",
            "float",
            "boolean",
            "true",
            "false",
            "callable",
            "even",
            "odd",
            "divisibleby",
            "equalto",
            "eq",
            "ne",
            "lt",
            "le",
            "gt",
            "ge",
            "lessthan",
            "greaterthan",
            "in",
            "sameas",
            "lower",
            "upper",
            "filter",
            "test");

    private final Operators operators;

    Predicates(Operators operators) {
        this.operators = operators;
    }

    boolean test(String name, Value of, Arguments arguments) throws TemplateException {
        return switch (name) {
            case "defined" -> !(of instanceof Value.Undefined);
            case "undefined" -> of instanceof Value.Undefined;
            case "none" -> of instanceof Value.Nothing;
            case "string" -> of instanceof Text;
            case "mapping" -> of instanceof Value.Dict;
            case "sequence", "iterable" ->
                of instanceof Value.Items
                        || of instanceof Text
                        || of instanceof Value.Dict
                        || of instanceof Value.Undefined;
            case "number" -> Operators.number(of) != null;
            case "integer" -> of instanceof Value.Whole;
            case "float" -> of instanceof Value.Real;
            case "boolean" -> of instanceof Value.Flag;
            case "true" -> of.equals(Value.of(true));
            case "false" -> of.equals(Value.of(false));
            case "callable" -> of instanceof Value.Function;
            case "even" -> whole(of) % 2 == 0;
            case "odd" -> whole(of) % 2 != 0;
            case "divisibleby" -> divisible(whole(of), arguments.whole(0, "num", 0));
            case "lower" ->
                of instanceof Text text && text.value().equals(text.value().toLowerCase());
            case "upper" ->
                of instanceof Text text && text.value().equals(text.value().toUpperCase());
            case "filter" -> of instanceof Text text && Filters.NAMES.contains(text.value());
            case "test" -> of instanceof Text text && NAMES.contains(text.value());
            default -> operators.compare(operator(name), of, arguments.require(0, "other", "the test " + name));
        };
    }

    private static String operator(String test) {
        return switch (test) {
            case "ne" -> "!=";
            case "lt", "lessthan" -> "<";
            case "le" -> "<=";
            case "gt", "greaterthan" -> ">";
            case "ge" -> ">=";
            case "in" -> "in";
            default -> "==";
        };
    }

    private static boolean divisible(long value, long by) throws TemplateException {
        if (by == 0) {
            throw new TemplateException("the chat template divides by zero");
        }
        return value % by == 0;
    }

    private static long whole(Value value) throws TemplateException {
        if (value instanceof Value.Whole whole) {
            return whole.value();
        }
        throw new TemplateException(
                "the chat template asks of " + Operators.kind(value) + " whether it is even or odd");
    }
}
