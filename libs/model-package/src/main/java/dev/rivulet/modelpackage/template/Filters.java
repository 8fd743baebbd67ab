// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.template;

import dev.rivulet.engine.ChatTemplate.TemplateException;
import dev.rivulet.modelpackage.template.Value.Items;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The filters of Jinja that chat templates use. */
final class Filters {

    static final Set<String> NAMES = Set.of(
            "trim",
            "upper",
            "lower",
            "capitalize",
            "title",
            "length",
            "count",
            "join",
            "tojson",
            "default",
            "d",
            "first",
            "last",
            "replace",
            "string",
            "int",
            "float",
            "abs",
            "list",
            "map",
            "select",
            "reject",
            "selectattr",
            "rejectattr",
            "unique",
            "sort",
            "reverse",
            "items",
            "dictsort",
            "safe",
            "indent",
            "round",
            "sum",
            "min",
            "max");

    private static final int UNIT = 64;

    private final Budget budget;
    private final Sequences sequences;
    private final Operators operators;
    private final Methods methods;
    private final Predicates predicates;
    private final PythonText python;

    Filters(Budget budget, Sequences sequences, Operators operators, Methods methods, Predicates predicates) {
        this.budget = budget;
        this.sequences = sequences;
        this.operators = operators;
        this.methods = methods;
        this.predicates = predicates;
        this.python = new PythonText(budget);
    }

    Value apply(String name, Value of, Arguments arguments) throws TemplateException {
        return switch (name) {
            case "trim" -> onText("strip", of, arguments);
            case "upper", "lower", "capitalize", "title" -> onText(name, of, arguments);
            case "replace" -> methods.replace(python.text(of), arguments);
            case "length", "count" -> Value.of(sequences.length(of));
            case "join" -> join(of, arguments);
            case "tojson" ->
                JsonText.write(
                        of,
                        budget,
                        (int) Math.min(100, arguments.whole(1, "indent", -1)),
                        Operators.truth(arguments.get(3, "sort_keys", Value.of(false))));
            case "default", "d" -> otherwise(of, arguments);
            case "first" -> sequences.item(asList(of), Value.of(0));
            case "last" -> sequences.item(asList(of), Value.of(-1));
            case "string" -> python.text(of);
            case "int" -> toWhole(of, arguments);
            case "float" -> toReal(of, arguments);
            case "abs" -> absolute(of);
            case "round" -> new Value.Real(Math.rint(real(of)));
            case "list" -> asList(of);
            case "map" -> map(of, arguments);
            case "select", "reject" -> select(of, arguments, name.equals("select"));
            case "selectattr", "rejectattr" -> selectByAttribute(of, arguments, name.equals("selectattr"));
            case "unique" -> new Items(List.copyOf(new LinkedHashSet<>(sequences.entries(of))));
            case "sort" -> sort(sequences.entries(of), arguments);
            case "reverse" -> reverse(of);
            case "items" -> of instanceof Value.Dict dict ? Methods.items(dict) : new Items(List.of());
            case "dictsort" -> sort(methodsItems(of), Arguments.NONE);
            case "safe" -> python.text(of);
            case "indent" -> indent(python.text(of), arguments);
            case "sum" -> sum(of);
            case "min", "max" -> extreme(of, name.equals("min"));
            default -> throw new TemplateException("the chat template uses the unknown filter " + name);
        };
    }

    private Value onText(String method, Value of, Arguments arguments) throws TemplateException {
        return methods.call(python.text(of), method, arguments);
    }

    private Items asList(Value of) throws TemplateException {
        return of instanceof Items items ? items : new Items(sequences.entries(of));
    }

    private Value join(Value of, Arguments arguments) throws TemplateException {
        Value between = arguments.get(0, "d", Text.EMPTY);
        List<Value> entries = sequences.entries(of);
        if (arguments.has(1, "attribute")) {
            entries = attributes(entries, arguments.text(1, "attribute", "join"));
        }
        return methods.join(python.text(between), entries);
    }

    private static Value otherwise(Value of, Arguments arguments) {
        boolean falsy = Operators.truth(arguments.get(1, "boolean", Value.of(false)));
        boolean missing = of instanceof Value.Undefined || (falsy && !Operators.truth(of));
        return missing ? arguments.get(0, "default_value", Text.EMPTY) : of;
    }

    private static Value toWhole(Value of, Arguments arguments) {
        Value otherwise = arguments.get(0, "default", Value.of(0));
        try {
            return switch (of) {
                case Value.Whole whole -> whole;
                case Value.Flag flag -> Value.of(flag.value() ? 1 : 0);
                case Value.Real real -> Value.of((long) real.value());
                case Text text ->
                    text.length() > 40
                            ? otherwise
                            : text.value().contains(".")
                                    ? Value.of((long)
                                            Double.parseDouble(text.value().strip()))
                                    : Value.of(Long.parseLong(text.value().strip()));
                default -> otherwise;
            };
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static Value toReal(Value of, Arguments arguments) {
        Double number = Operators.number(of);
        if (number != null) {
            return new Value.Real(number);
        }
        try {
            return of instanceof Text text && text.length() <= 40
                    ? new Value.Real(Double.parseDouble(text.value()))
                    : arguments.get(0, "default", new Value.Real(0));
        } catch (NumberFormatException e) {
            return arguments.get(0, "default", new Value.Real(0));
        }
    }

    private static Value absolute(Value of) throws TemplateException {
        return of instanceof Value.Whole whole ? Value.of(Math.abs(whole.value())) : new Value.Real(Math.abs(real(of)));
    }

    private static double real(Value of) throws TemplateException {
        Double number = Operators.number(of);
        if (number == null) {
            throw new TemplateException("the chat template computes with " + Operators.kind(of));
        }
        return number;
    }

    private Value map(Value of, Arguments arguments) throws TemplateException {
        List<Value> entries = sequences.entries(of);
        if (arguments.named().containsKey("attribute")) {
            List<Value> values = attributes(entries, arguments.text(Integer.MAX_VALUE, "attribute", "map"));
            Value otherwise = arguments.named().get("default");
            if (otherwise != null) {
                values.replaceAll(value -> value instanceof Value.Undefined ? otherwise : value);
            }
            return new Items(values);
        }
        String filter = arguments.text(0, "filter", "map").value();
        Arguments rest = new Arguments(
                arguments.positional().subList(1, arguments.positional().size()), arguments.named());
        List<Value> results = new ArrayList<>();
        for (Value entry : entries) {
            budget.handle(1);
            results.add(apply(filter, entry, rest));
        }
        return new Items(results);
    }

    private List<Value> attributes(List<Value> entries, Text attribute) throws TemplateException {
        List<Value> values = new ArrayList<>();
        for (Value entry : entries) {
            budget.handle(1);
            values.add(attribute(entry, attribute));
        }
        return values;
    }

    /** An attribute by its name or by a path of names with dots between. */
    private Value attribute(Value of, Text path) throws TemplateException {
        Value value = of;
        for (String name : path.value().split("\\.", 16)) {
            boolean index =
                    !name.isEmpty() && name.length() < 10 && name.chars().allMatch(Character::isDigit);
            value = sequences.item(value, index ? Value.of(Long.parseLong(name)) : Text.trusted(name));
        }
        return value;
    }

    private Value select(Value of, Arguments arguments, boolean wanted) throws TemplateException {
        List<Value> kept = new ArrayList<>();
        for (Value entry : sequences.entries(of)) {
            if (passes(entry, arguments, 0) == wanted) {
                kept.add(entry);
            }
        }
        return new Items(kept);
    }

    private Value selectByAttribute(Value of, Arguments arguments, boolean wanted) throws TemplateException {
        Text name = arguments.text(0, "attribute", "selectattr");
        List<Value> kept = new ArrayList<>();
        for (Value entry : sequences.entries(of)) {
            if (passes(attribute(entry, name), arguments, 1) == wanted) {
                kept.add(entry);
            }
        }
        return new Items(kept);
    }

    /** Whether a value passes the test that stands at {@code index} of the arguments; its truth if there is none. */
    private boolean passes(Value value, Arguments arguments, int index) throws TemplateException {
        budget.handle(1);
        if (arguments.positional().size() <= index) {
            return Operators.truth(value);
        }
        String test = arguments.text(index, "test", "select").value();
        if (!Predicates.NAMES.contains(test) && !isComparison(test)) {
            throw new TemplateException("the chat template uses an unknown test in a filter");
        }
        Arguments rest = new Arguments(
                arguments.positional().subList(index + 1, arguments.positional().size()), arguments.named());
        return isComparison(test)
                ? operators.compare(test, value, rest.require(0, "other", "select"))
                : predicates.test(test, value, rest);
    }

    private static boolean isComparison(String test) {
        return Set.of("==", "!=", "<", "<=", ">", ">=").contains(test);
    }

    private Value sort(List<Value> entries, Arguments arguments) throws TemplateException {
        boolean reverse = Operators.truth(arguments.get(0, "reverse", Value.of(false)));
        Map<Value, Value> keys = new LinkedHashMap<>();
        List<Value> sorted = new ArrayList<>();
        for (Value entry : entries) {
            Value key = arguments.named().containsKey("attribute")
                    ? attribute(entry, arguments.text(Integer.MAX_VALUE, "attribute", "sort"))
                    : entry;
            keys.put(entry, key);
            int at = sorted.size();
            while (at > 0 && before(key, keys.getOrDefault(sorted.get(at - 1), Value.NONE), reverse)) {
                budget.handle(UNIT);
                at--;
            }
            sorted.add(at, entry);
        }
        return new Items(sorted);
    }

    private boolean before(Value left, Value right, boolean reverse) throws TemplateException {
        Value first = left instanceof Items pair && !pair.list().isEmpty()
                ? pair.list().getFirst()
                : left;
        Value second = right instanceof Items pair && !pair.list().isEmpty()
                ? pair.list().getFirst()
                : right;
        if (first instanceof Text a && second instanceof Text b) {
            int order = a.value().compareToIgnoreCase(b.value());
            return reverse ? order > 0 : order < 0;
        }
        return operators.compare(reverse ? ">" : "<", first, second);
    }

    private static List<Value> methodsItems(Value of) {
        return of instanceof Value.Dict dict ? Methods.items(dict).list() : List.of();
    }

    private Value reverse(Value of) throws TemplateException {
        return sequences.slice(of instanceof Text ? of : asList(of), null, null, Value.of(-1));
    }

    private Text indent(Text text, Arguments arguments) throws TemplateException {
        long width = Math.clamp(arguments.whole(0, "width", 4), 0, 64);
        boolean first = Operators.truth(arguments.get(1, "first", Value.of(false)));
        Text margin = Text.trusted(" ".repeat((int) width));
        Text newline = Text.trusted("\n");
        budget.make(text.length() * (1 + width));
        Text indented = text.replace(newline, newline.plus(margin), -1);
        return first ? margin.plus(indented) : indented;
    }

    private Value sum(Value of) throws TemplateException {
        Value total = Value.of(0);
        for (Value entry : sequences.entries(of)) {
            total = operators.binary("+", total, entry);
        }
        return total;
    }

    private Value extreme(Value of, boolean least) throws TemplateException {
        Value best = new Value.Undefined("the extreme of an empty list");
        for (Value entry : sequences.entries(of)) {
            if (best instanceof Value.Undefined || operators.compare(least ? "<" : ">", entry, best)) {
                best = entry;
            }
        }
        return best;
    }
}
