// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import dev.rivulet.modelpackage.template.Value.Items;
import dev.rivulet.modelpackage.template.Value.Real;
import dev.rivulet.modelpackage.template.Value.Whole;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators of template expressions, with Python's meaning. */
final class Operators {

    private final Budget budget;
    private final PythonText python;

    Operators(Budget budget) {
        this.budget = budget;
        this.python = new PythonText(budget);
    }

    static boolean truth(Value value) {
        return switch (value) {
            case Value.Nothing nothing -> false;
            case Value.Undefined undefined -> false;
            case Value.Flag flag -> flag.value();
            case Whole whole -> whole.value() != 0;
            case Real real -> real.value() != 0;
            case Text text -> !text.isEmpty();
            case Items items -> !items.list().isEmpty();
            case Value.Dict dict -> !dict.map().isEmpty();
            case Value.Namespace namespace -> true;
            case Value.Function function -> true;
        };
    }

    Value binary(String operator, Value left, Value right) throws TemplateException {
        if (operator.equals("~")) {
            return concat(python.text(left), python.text(right));
        }
        if (operator.equals("+") && left instanceof Text first && right instanceof Text second) {
            return concat(first, second);
        }
        if (operator.equals("+") && left instanceof Items first && right instanceof Items second) {
            budget.make(16L * (first.list().size() + (long) second.list().size()));
            List<Value> all = new ArrayList<>(first.list());
            all.addAll(second.list());
            return new Items(all);
        }
        if (operator.equals("*") && left instanceof Text text && right instanceof Whole times) {
            return repeat(text, times.value());
        }
        if (number(left) == null || number(right) == null) {
            throw new TemplateException("the chat template uses " + operator + " between " + kind(left) + " and "
                    + kind(right) + ", which is not possible");
        }
        return arithmetic(operator, left, right);
    }

    private Text concat(Text left, Text right) throws TemplateException {
        budget.make(left.length() + (long) right.length());
        return left.plus(right);
    }

    private Text repeat(Text text, long times) throws TemplateException {
        if (times <= 0 || text.isEmpty()) {
            return Text.EMPTY;
        }
        budget.make(Math.min(times, Integer.MAX_VALUE) * (long) text.length());
        Text.Builder result = new Text.Builder();
        for (long i = 0; i < times; i++) {
            result.append(text);
        }
        return result.build();
    }

    private static Value arithmetic(String operator, Value left, Value right) throws TemplateException {
        boolean whole = !(left instanceof Real) && !(right instanceof Real) && !operator.equals("/");
        double a = real(left);
        double b = real(right);
        if (b == 0 && (operator.equals("/") || operator.equals("//") || operator.equals("%"))) {
            throw new TemplateException("the chat template divides by zero");
        }
        try {
            return whole
                    ? Value.of(wholeArithmetic(operator, integer(left), integer(right)))
                    : new Real(realArithmetic(operator, a, b));
        } catch (ArithmeticException e) {
            throw new TemplateException("the chat template makes a number that is too large");
        }
    }

    private static long wholeArithmetic(String operator, long a, long b) throws TemplateException {
        return switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "//" -> Math.floorDiv(a, b);
            case "%" -> Math.floorMod(a, b);
            case "**" -> power(a, b);
            default -> throw new TemplateException("the chat template uses an unknown operator " + operator);
        };
    }

    private static long power(long base, long exponent) {
        if (exponent < 0) {
            throw new ArithmeticException("a negative power of a whole number");
        }
        if (base == 0 || base == 1 || base == -1) {
            return exponent == 0 ? 1 : base == -1 && exponent % 2 == 0 ? 1 : base;
        }
        long result = 1;
        for (long i = 0; i < exponent; i++) {
            result = Math.multiplyExact(result, base);
        }
        return result;
    }

    private static double realArithmetic(String operator, double a, double b) throws TemplateException {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - Math.floor(a / b) * b;
            case "**" -> Math.pow(a, b);
            default -> throw new TemplateException("the chat template uses an unknown operator " + operator);
        };
    }

    boolean compare(String operator, Value left, Value right) throws TemplateException {
        return switch (operator) {
            case "==" -> same(left, right);
            case "!=" -> !same(left, right);
            case "in" -> contains(right, left);
            case "not in" -> !contains(right, left);
            case "<" -> order(operator, left, right) < 0;
            case "<=" -> order(operator, left, right) <= 0;
            case ">" -> order(operator, left, right) > 0;
            default -> order(operator, left, right) >= 0;
        };
    }

    boolean same(Value left, Value right) throws TemplateException {
        budget.handle(left instanceof Text text ? text.length() : 0);
        @Nullable Double a = number(left);
        @Nullable Double b = number(right);
        if (a != null && b != null) {
            return a.doubleValue() == b.doubleValue();
        }
        return left instanceof Value.Undefined ? right instanceof Value.Undefined : left.equals(right);
    }

    private boolean contains(Value in, Value what) throws TemplateException {
        if (in instanceof Text text && what instanceof Text part) {
            budget.handle(text.length());
            return text.value().contains(part.value());
        }
        return switch (in) {
            case Items items -> {
                budget.handle(items.list().size());
                for (Value entry : items.list()) {
                    if (same(entry, what)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Value.Dict dict -> dict.map().containsKey(what);
            case Value.Undefined undefined -> false;
            default ->
                throw new TemplateException(
                        "the chat template looks for " + kind(what) + " in " + kind(in) + ", which is not possible");
        };
    }

    private static int order(String operator, Value left, Value right) throws TemplateException {
        if (left instanceof Text first && right instanceof Text second) {
            return first.value().compareTo(second.value());
        }
        if (number(left) == null || number(right) == null) {
            throw new TemplateException("the chat template compares " + kind(left) + " and " + kind(right) + " by "
                    + operator + ", which is not possible");
        }
        return Double.compare(real(left), real(right));
    }

    static Value negative(Value value) throws TemplateException {
        return switch (value) {
            case Whole whole -> Value.of(-whole.value());
            case Real real -> new Real(-real.value());
            default -> throw new TemplateException("the chat template negates " + kind(value));
        };
    }

    /** A number as Python sees it: flags count as 0 and 1; null for anything else. */
    static @Nullable Double number(Value value) {
        return switch (value) {
            case Whole whole -> (double) whole.value();
            case Real real -> real.value();
            case Value.Flag flag -> flag.value() ? 1.0 : 0.0;
            default -> null;
        };
    }

    private static double real(Value value) {
        Double number = number(value);
        return number == null ? Double.NaN : number;
    }

    private static long integer(Value value) {
        return value instanceof Whole whole ? whole.value() : truth(value) ? 1 : 0;
    }

    /** What a value is, for messages. */
    static String kind(Value value) {
        return switch (value) {
            case Text text -> "text";
            case Value.Nothing nothing -> "none";
            case Value.Undefined undefined -> "the undefined " + undefined.name();
            case Value.Flag flag -> "true or false";
            case Whole whole -> "a number";
            case Real real -> "a number";
            case Items items -> "a list";
            case Value.Dict dict -> "a mapping";
            case Value.Namespace namespace -> "a namespace";
            case Value.Function function -> "a function";
        };
    }
}
